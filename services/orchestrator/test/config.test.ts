import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { readConfig } from '../src/config.ts';

t.test('defaults, numbers from text, and nothing that was not asked for', async (t) => {
  const config = readConfig({ PORT: '9000', HOME: '/home/x', AWS_SECRET_ACCESS_KEY: 'hidden' });
  t.match(config, { PORT: 9000, HOST: '0.0.0.0', FEATURES_TABLE: 'features', REQUEST_DEADLINE_MS: 2000 });
  t.notOk('AWS_SECRET_ACCESS_KEY' in config);
  t.throws(() => Object.assign(config, { PORT: 1 }), 'it is frozen');
});

t.test('a setting that does not fit names its variable', async (t) => {
  for (const [name, value] of [
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['LOG_LEVEL', 'loud'],
    ['MODEL_SERVER_URL', 'not a url'],
    ['REQUEST_DEADLINE_MS', '0'],
    ['EVALUATION_ACK', 'hope'],
  ] as const)
    t.throws(() => readConfig({ [name]: value }), new RegExp(`environment: ${name} `), `${name}=${value}`);
});

t.test('the service key from a file', async (t) => {
  const dir = testFolder(t, { key: 'from the file\n' });
  t.equal(readConfig({ SERVICE_KEY_FILE: `${dir}/key` }).SERVICE_KEY, 'from the file');
  t.throws(() => readConfig({ SERVICE_KEY_FILE: `${dir}/none` }), /SERVICE_KEY_FILE/);
});
