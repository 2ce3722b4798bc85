import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import t, { type Test } from 'tap';
import { deleteStack } from '../../commands/destroy/delete-stack.ts';
import { destroy } from '../../commands/destroy/destroy.ts';
import { loadStage } from '../../stages/load-stage.ts';
import type { StageName } from '../../stages/stage-names.ts';
import { type FakeStack, fakeAws } from './cloud-formation.ts';
import { onTheWire } from './wire.ts';

t.setTimeout(300_000);

const before = { ...process.env };
t.afterEach(() => {
  process.env = before;
});

/** `npm run destroy` of a stage whose stacks are on a fake of CloudFormation. */
async function remove(
  t: Test,
  name: StageName,
  stacks: Record<string, FakeStack>,
  { yes = false, typed }: { yes?: boolean; typed?: string | undefined },
) {
  const aws = fakeAws(stacks);
  const { endpoint } = await onTheWire(t, aws.answer);
  process.env = {
    ...before,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  let said = '';
  const write = (text: string) => {
    said += text;
  };
  const stage = loadStage(name);
  const terminal = { write, ask: async () => typed };
  const result = await destroy({ stage, yes, terminal, pollMs: 5 }).then(
    () => undefined,
    (error: Error) => error,
  );
  return { ...aws, error: result, said };
}

const SAND = (): Record<string, FakeStack> => ({
  'tristore-sand-network': {},
  'tristore-sand-services': {},
  'tristore-sand-data': {
    buckets: {
      evaluation: [
        { key: 'prediction_records/1', version: 'a' },
        { key: 'prediction_records/1', version: 'b', marker: true },
        { key: 'prediction_records/2', version: 'c' },
      ],
      artifacts: [],
    },
    late: { bucket: 'evaluation', key: 'prediction_records/3', version: 'd' },
  },
});

t.test('a stage goes with every version of all that its buckets hold, also what came late', async (t) => {
  const { error, done, there, said } = await remove(t, 'sand', SAND(), { typed: 'sand\n' });
  t.equal(error, undefined);
  t.equal(there.size, 0);
  t.same(
    done.filter((line) => line.startsWith('emptied')),
    ['1@a', '1@b', '2@c', '3@d'].map((object) => `emptied evaluation/prediction_records/${object}`),
  );
  t.match(said, 'sand is removed.');
  t.match(
    said,
    'tristore-sand-data: Bucket: evaluation: The bucket you tried to delete is not empty; once more',
  );
});

t.test('nothing is touched unless the name of the stage is typed', async (t) => {
  const wrong = await remove(t, 'sand', SAND(), { typed: 'prd' });
  t.match(wrong.error, { name: 'StartupError', message: 'not confirmed: nothing was touched' });
  t.same(wrong.done, []);
  const nobody = await remove(t, 'sand', SAND(), {});
  t.match(nobody.error, { message: 'the removal is confirmed at a terminal, or by --yes' });
  t.same(nobody.done, []);
  t.match(nobody.said, /What goes of sand in eu-central-1.*\n( {2}tristore-sand-\w+\n){3}/);
});

t.test('the data of prd stays as it is, and how it could be removed is said', async (t) => {
  const stacks: Record<string, FakeStack> = {
    'tristore-prd-services': { protected: true },
    'tristore-prd-network': { protected: true },
    'tristore-prd-data': { protected: true, buckets: { evaluation: [{ key: 'r', version: 'a' }] } },
  };
  const { error, done, there, said } = await remove(t, 'prd', stacks, { yes: true });
  t.equal(error, undefined);
  t.same([...there.keys()], ['tristore-prd-data']);
  t.match(there.get('tristore-prd-data'), { protected: true, buckets: { evaluation: [{ key: 'r' }] } });
  t.same(
    done.filter((line) => /data|emptied/.test(line)),
    [],
  );
  t.match(said, 'What stays:\n  tristore-prd-data: features, keys, records and models');
  t.match(said, 'aws cloudformation delete-stack --region eu-central-1 --stack-name tristore-prd-data');

  const again = await remove(t, 'prd', { 'tristore-prd-data': { protected: true } }, { yes: true });
  t.match(again.said, 'Nothing of prd is left to remove in account 123456789012, eu-central-1.');
  t.match(again.said, 'To remove it too, by hand');
});

t.test('what cannot be deleted ends it with the reason that CloudFormation gives', async (t) => {
  const stacks = SAND();
  // a bucket that is filled again and again
  const objects = stacks['tristore-sand-data']?.buckets?.['evaluation'] ?? [];
  objects.splice = () => [];
  const { error, there } = await remove(t, 'sand', stacks, { yes: true });
  t.match(error, {
    name: 'StartupError',
    message:
      'tristore-sand-data cannot be deleted: Bucket: evaluation: The bucket you tried to delete is not empty',
  });
  t.notOk(there.has('tristore-sand-services'));
});

t.test('a bucket that outlives its stack keeps what it holds', async (t) => {
  const { answer, done } = fakeAws({
    logs: { buckets: { kept: [{ key: 'a', version: '1' }], gone: [{ key: 'b', version: '2' }] } },
  });
  const { endpoint } = await onTheWire(t, answer);
  const given = { endpoint, region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const cloudFormation = new CloudFormationClient(given);
  const s3 = new S3Client({ ...given, forcePathStyle: true });
  t.teardown(() => {
    cloudFormation.destroy();
    s3.destroy();
  });
  const doomed = { name: 'logs', leftIds: new Set(['kept']) };
  // the fake lets no stack go that has a full bucket, and so names the one that was left alone
  await t.rejects(deleteStack(doomed, { cloudFormation, s3, say: () => {}, pollMs: 1 }), {
    message: /^logs cannot be deleted: Bucket: kept: /,
  });
  t.same(done, ['emptied gone/b@2']);
});
