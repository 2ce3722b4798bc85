import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { loadStage } from '../../stages/load-stage.ts';
import { dataInEmulator } from './data-in-emulator.ts';
import { Emulator, skipWithoutEmulator } from './emulator.ts';
import { retrainingInEmulator } from './retraining-in-emulator.ts';

// npm run test:containers
const skip = await skipWithoutEmulator();
const SERVICES = {
  both: ['cloudformation', 'dynamodb', 'iam', 'kms', 'logs', 'sns', 'sts'],
  data: ['firehose', 's3'],
  retraining: ['cloudwatch', 'events', 'scheduler', 'sqs', 'ssm', 'stepfunctions'],
};

t.setTimeout(900_000);

t.test('what is synthesised, in a real emulator', { skip }, async (t) => {
  const mockFolder = await mkdtemp(join(tmpdir(), 'retraining-'));
  t.teardown(() => rm(mockFolder, { recursive: true }));
  const emulator = await Emulator.start(t, {
    region: loadStage('sand').region,
    services: Object.values(SERVICES).flat(),
    environment: { SFN_MOCK_CONFIG: '/mocks/mocks.json' },
    volumes: { '/mocks': mockFolder },
  });
  await t.test('the data stack: a prediction flows through it', (t) => dataInEmulator(t, emulator));
  await t.test('retraining', (t) => retrainingInEmulator(t, emulator, mockFolder));
});
