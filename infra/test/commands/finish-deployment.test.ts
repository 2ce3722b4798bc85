import { join } from 'node:path';
import { ApiKeyKeeper } from '@tristore/common/auth/api-key-keeper.ts';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';
import { BUCKETS, TABLES } from '@tristore/common/resources.ts';
import { DynamoDbViewStore } from '@tristore/orchestrator/feature-store/dynamodb-view-store.ts';
import t from 'tap';
import { ServiceProcess } from '../../../services/common/test/service-process.ts';
import { testFolder } from '../../../services/common/test/test-folder.ts';
import { start } from '../../../services/local/test/started.ts';
import { type AfterDeployment, finishDeployment } from '../../commands/deploy/after.ts';
import { openFrontDoor } from './front-door.ts';

t.setTimeout(300_000);

t.test('deployed stacks become a service that answers, and stay as they are the second time', async (t) => {
  const folder = testFolder(t);
  const embedded = await start(t, join(folder, 'aws'));
  const { endpoints, clients } = embedded;
  const environment = {
    REGISTRY: `s3://${BUCKETS.artifacts}`,
    REGISTRY_POLL_MS: '200',
    SERVICE_KEY: 'a-secret-of-the-test',
    STATE_TABLE: TABLES.state.name,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_FIREHOSE: endpoints.firehose,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
  };
  // the stacks are there before any model is
  const program = (name: string) => new URL(`../../../services/${name}/src/main.ts`, import.meta.url);
  const model = new ServiceProcess(t, program('model'), environment);
  const modelUrl = await model.listening();
  const orchestrator = new ServiceProcess(t, program('orchestrator'), {
    ...environment,
    MODEL_SERVER_URL: modelUrl,
    SPOOL_DIR: join(folder, 'spool'),
  });
  const url = await openFrontDoor(
    t,
    { orchestrator: await orchestrator.listening(), model: modelUrl },
    '/sand',
  );
  const finish = async (options: Partial<AfterDeployment> = {}) => {
    let said = '';
    await finishDeployment({
      stage: { name: 'sand', region: 'us-east-1', exposure: {} },
      outputs: {
        artifactsBucket: BUCKETS.artifacts,
        stateTable: TABLES.state.name,
        url,
        dashboardName: 'tristore-sand',
      },
      s3: clients.s3,
      dynamodb: clients.dynamodb,
      by: 'arn:aws:iam::123456789012:user/an-engineer',
      firstKey: true,
      write: (text) => {
        said += text;
      },
      ...options,
    });
    return said;
  };
  const keeper = new ApiKeyKeeper(clients.dynamodb, TABLES.state.name);
  const registry = () => new S3Registry({ client: clients.s3, bucket: BUCKETS.artifacts, prefix: '' });

  const without = await finish({ firstKey: false });
  t.notMatch(without, /ts_|API key {2}/, 'no key is in what a log keeps');
  t.match(
    without,
    `to make one: AWS_REGION=us-east-1 npm run keys -- create --aws --state-table ${TABLES.state.name} `,
  );
  t.match(without, 'published credit-default');
  t.match(without, /smoke test: version \d+ says/, 'the proof needs no key of anybody');
  t.same(
    (await keeper.list()).map(({ name }) => name),
    ['smoke-test'],
  );

  const first = await finish();
  t.match(first, /smoke test: version \d+ says 0\.\d{4} in \d+ ms \(event [0-9a-f-]{36}\)/);
  t.match(first, `${url}/docs`);
  t.match(first, `${url}/v2/docs`);
  t.match(first, '#dashboards/dashboard/tristore-sand');
  const key = /API key +(ts_\S+)/.exec(first)?.[1] ?? '';
  const answer = await fetch(`${url}/v1/registry`, { headers: { 'x-api-key': key } });
  t.equal(answer.status, 200, 'the key that was shown opens the door');
  const views = new DynamoDbViewStore(clients.dynamodb, TABLES.state.name);
  t.ok(await views.get('credit-default'), 'the view of the champion is declared');
  const states = async () => (await keeper.list()).map(({ name, state }) => `${name} ${state}`).sort();
  t.same(
    await states(),
    ['first active', 'smoke-test revoked', 'smoke-test revoked'],
    'the keys of the tests ended with them',
  );

  // somebody promotes, and revokes the first key
  const newest = await registry().aliases('credit-default');
  const state = newest?.state;
  if (!state) throw new Error('there are no aliases');
  t.ok(await registry().append('credit-default', 2, { ...state, reason: 'another one' }));
  const kept = (await keeper.list()).find(({ name }) => name === 'first');
  await keeper.revoke(kept?.id ?? '', { by: 'the owner' });

  const second = await finish();
  t.match(second, 'models are published already');
  t.match(second, 'the first API key was made before');
  t.notMatch(second, /ts_/, 'no key is made again, though none is active');
  t.match(second, /smoke test: version/);
  t.equal((await registry().aliases('credit-default'))?.number, 2, 'what was promoted stays');

  await t.rejects(
    finish({ outputs: { stateTable: TABLES.state.name, artifactsBucket: BUCKETS.artifacts } }),
    { message: 'the deployed stacks have no output url: were they all deployed?' },
  );
  await model.stop();
  await t.rejects(finish({ patienceMs: 500 }), {
    name: 'StartupError',
    message: `the smoke test failed: model server, ${url}/v2/health/ready: 503 no task is there`,
  });
});
