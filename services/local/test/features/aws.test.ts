import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startStore } from './store.ts';

const PROGRAM = fileURLToPath(new URL('../../src/features/main.ts', import.meta.url));
const HERE = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] };
const NO_FILES = { AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** As whoever deploys runs it: the SDK finds everything in the environment. */
const features = (env: Record<string, string>, ...args: string[]) =>
  new Promise<Ended>((resolve) => {
    const options = {
      env: { ...HERE, AWS_EC2_METADATA_DISABLED: 'true', ...NO_FILES, ...env },
    };
    execFile(
      process.execPath,
      ['--import', '@tristore/common/typescript.mjs', PROGRAM, ...args, '--aws'],
      options,
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

t.test('--aws goes where the SDK is told to', async (t) => {
  const { endpoint, store } = await startStore(t);
  await store.write({ view: 'people', id: '1' }, { values: { income: 1 }, eventTime: new Date(0) });
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  };
  const { code, stdout, stderr } = await features(env, 'get', '1', '--view', 'people');
  t.same([code, stderr], [0, '']);
  t.same(JSON.parse(stdout).values, { income: 1 });
  const other = await features(env, 'get', '1', '--view', 'people', '--state-table', 'none');
  t.equal(other.code, 1);
  t.match(other.stderr, /^features: the feature store does not answer: .*resource.*\n$/i);
});

t.test('what is not set is told in one line', async (t) => {
  const noRegion = await features({}, 'get', '1', '--view', 'people');
  t.equal(noRegion.code, 1);
  t.match(noRegion.stderr, /^features: Region is missing: set AWS_REGION\n$/);
  const noKey = await features({ AWS_REGION: 'us-east-1' }, 'get', '1', '--view', 'people');
  t.equal(noKey.code, 1);
  t.match(noKey.stderr, /^features: the feature store does not answer: .*credentials.*\n$/i);
});
