import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { readConfig } from '../src/config.ts';

t.test('has a default for all but the key', async (t) => {
  const config = readConfig({ SERVICE_KEY: 's', UNRELATED: 'x' });
  t.match(config, {
    PORT: 8080,
    HOST: '0.0.0.0',
    REGISTRY: './model-artifacts',
    MODEL_BACKEND: 'auto',
    LOG_LEVEL: 'info',
    DRAIN_MS: 0,
    BATCH_MAX_ROWS: 1024,
    QUEUE_MAX_ROWS: 65_536,
    MAX_EVENT_LOOP_DELAY_MS: 500,
  });
  t.ok(Object.isFrozen(config));
});

t.test('names the variable that is wrong', async (t) => {
  const cases: [NodeJS.ProcessEnv, RegExp][] = [
    [{ PORT: 'eighty' }, /PORT must be integer/],
    [{ PORT: '70000' }, /PORT must be <= 65535/],
    [{ REGISTRY_POLL_MS: '10' }, /REGISTRY_POLL_MS must be >= 100/],
    [{ MODEL_PINNED_VERSIONS: '0' }, /MODEL_PINNED_VERSIONS must be >= 1/],
    [{ MODEL_BACKEND: 'gpu' }, /MODEL_BACKEND must be equal to one of/],
    [{ BATCH_MAX_ROWS: '0' }, /BATCH_MAX_ROWS must be >= 1/],
    [{ QUEUE_MAX_ROWS: 'all' }, /QUEUE_MAX_ROWS must be integer/],
    [{ MAX_EVENT_LOOP_DELAY_MS: '-1' }, /MAX_EVENT_LOOP_DELAY_MS must be >= 0/],
    [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL must be equal to one of/],
    [{ SERVICE_KEY_FILE: '/nowhere/key' }, /SERVICE_KEY_FILE: ENOENT/],
  ];
  for (const [environment, message] of cases)
    t.throws(() => readConfig({ SERVICE_KEY: 's', ...environment }), { message });
  t.throws(() => readConfig({}), {
    name: 'StartupError',
    message: /SERVICE_KEY, SERVICE_KEY_FILE, STATE_TABLE or OIDC_ISSUER/,
  });
});

t.test('reads the key from a file', async (t) => {
  const file = join(testFolder(t), 'key');
  await writeFile(file, 'from-a-file\n');
  t.equal(readConfig({ SERVICE_KEY_FILE: file }).SERVICE_KEY, 'from-a-file');
});
