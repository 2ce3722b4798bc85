import * as s3 from 'aws-cdk-lib/aws-s3';
import t from 'tap';
import { type Acknowledgement, acknowledgementsOf, addNag, covers, findingsOf } from '../checks/nag.ts';
import { synthesise } from '../checks/synthesise.ts';
import { loadStage, STAGE_NAMES } from '../stages/load-stage.ts';

t.setTimeout(180_000);

t.test('a resource that breaks a rule without a reason is told', async (t) => {
  const stage = await loadStage('sand');
  const { stacks } = synthesise({ stage }, ({ data }) => new s3.Bucket(data, 'Bare'));
  const open = findingsOf(stacks.app).filter(({ path }) => path.includes('/Bare/'));
  t.match(new Set(open.map(({ id }) => id)), new Set(['AwsSolutions-S1', 'AwsSolutions-S10']));
});

t.test('no stage breaks a rule of AWS Solutions, but for a reason given where it is broken', async (t) => {
  const used = new Set<string>();
  const given = new Map<string, Acknowledgement>();
  for (const name of STAGE_NAMES) {
    const { stacks } = synthesise({ stage: await loadStage(name) });
    const acknowledgements = acknowledgementsOf(stacks.app).filter(({ id }) => id.startsWith('AwsSolutions'));
    const findings = findingsOf(stacks.app);
    const keyOf = ({ path, id }: Acknowledgement) => `${path.replace(`tristore-${name}-`, '')} ${id}`;
    for (const acknowledgement of acknowledgements) given.set(keyOf(acknowledgement), acknowledgement);
    for (const finding of findings) {
      const reasons = acknowledgements.filter((acknowledgement) => covers(acknowledgement, finding));
      for (const reason of reasons) used.add(keyOf(reason));
      t.ok(reasons.length, `${finding.id} at ${finding.path}`);
    }
  }
  for (const [key, { reason }] of given) {
    t.ok(used.has(key), `${key} is still broken in some stage, and so still needs its reason`);
    t.ok(reason.length >= 30, `${key} has a reason that says something: ${reason}`);
  }
});

t.test('synthesis itself stops at what has no reason', async (t) => {
  const stage = await loadStage('sand');
  const write = process.stderr.write;
  process.stderr.write = () => true; // it prints its whole report
  try {
    t.throws(
      () =>
        synthesise({ stage }, ({ app, data }) => {
          addNag(app);
          new s3.Bucket(data, 'Bare');
        }),
      /Validation failed/,
    );
  } finally {
    process.stderr.write = write;
  }
});
