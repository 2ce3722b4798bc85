import t, { type Test } from 'tap';
import { testFolder } from '../../../services/common/test/test-folder.ts';
import { run, SOMEBODY } from './program.ts';
import { ACCOUNT, type Answer, account, onTheWire, xmlError } from './wire.ts';

t.setTimeout(300_000);

const DIGEST = `@sha256:${'0'.repeat(64)}`;
const IMAGES = [
  '--images',
  `orchestrator=example.com/orchestrator${DIGEST},model=example.com/model${DIGEST}`,
];

/** `npm run deploy -- --check only` of sand against an account. */
async function check(
  t: Test,
  {
    version,
    fault,
    images = true,
    environment = {},
  }: { version?: string; fault?: Answer; images?: boolean; environment?: Record<string, string> },
) {
  const { endpoint, asked } = await onTheWire(t, account({ version, ...(fault && { fault }) }));
  const args = ['--stage', 'sand', '--check', 'only', ...(images ? IMAGES : [])];
  const result = await run('deploy', args, { ...SOMEBODY, AWS_ENDPOINT_URL: endpoint, ...environment });
  return { ...result, operations: asked.map(({ operation }) => operation) };
}

t.test('a prepared account can be deployed into, and nothing is touched to know it', async (t) => {
  const { code, stdout, stderr, operations } = await check(t, {});
  t.equal(code, 0, stderr);
  t.match(stdout, `account ${ACCOUNT}, region eu-central-1, as arn:aws:iam::${ACCOUNT}:user/an-engineer`);
  t.match(stdout, 'sand can be deployed; nothing was touched');
  t.same(operations, ['GetCallerIdentity', 'GetParameter']);
});

t.test('an account that is not prepared is told the command that prepares it', async (t) => {
  const never = await check(t, { version: '' });
  t.equal(never.code, 1);
  t.equal(
    never.stderr,
    `deploy: the account ${ACCOUNT} is not prepared for CDK in eu-central-1: run npx cdk bootstrap aws://${ACCOUNT}/eu-central-1\n`,
  );
  const old = await check(t, { version: '5' });
  t.match(old.stderr, /^deploy: CDK's bootstrap in eu-central-1 is too old \(5\): run npx cdk bootstrap /);
});

t.test('credentials that open nothing are told apart', async (t) => {
  const expired = await check(t, { fault: xmlError('ExpiredToken', 'The security token is expired', 403) });
  t.equal(expired.stderr, 'deploy: the AWS credentials have expired: log in again (aws sso login)\n');
  const unknown = await check(t, { fault: xmlError('InvalidClientTokenId', 'The token is invalid', 403) });
  t.match(unknown.stderr, /^deploy: AWS does not know the credentials in eu-central-1: .*not enabled.*\n$/);
  t.same(unknown.operations, ['GetCallerIdentity'], 'nothing is asked after it');
});

t.test('images that must be built need Docker, which is looked for before CDK', async (t) => {
  const none = await check(t, { images: false, environment: { CDK_DOCKER: '/nonexistent/docker' } });
  t.equal(none.code, 1);
  t.equal(
    none.stderr,
    'deploy: images cannot be built: /nonexistent/docker: is not installed; start Docker, or name built images by --images\n',
  );
  t.same(none.operations, ['GetCallerIdentity']);
  const folder = testFolder(t);
  const stopped = await check(t, {
    images: false,
    environment: { CDK_DOCKER: 'docker', DOCKER_HOST: `unix://${folder}/none.sock` },
  });
  t.match(
    stopped.stderr,
    /^deploy: images cannot be built: docker: .*; start Docker, or name built images by --images\n$/,
  );
});
