import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import t from 'tap';
import { type Acknowledgement, acknowledgementsOf, covers, findingsOf } from '../checks/nag.ts';
import { synthChecked } from '../checks/rules.ts';
import { synthesise } from '../checks/synthesise.ts';
import { newApp } from '../lib/app.ts';
import { loadStage } from '../stages/load-stage.ts';
import { STAGE_NAMES } from '../stages/stage-names.ts';
import { IMAGES } from './sample-stage.ts';

t.setTimeout(180_000);

t.test('no stage breaks a rule of AWS Solutions, but for a reason given where it is broken', async (t) => {
  const used = new Set<string>();
  const given = new Map<string, Acknowledgement>();
  for (const name of STAGE_NAMES) {
    const { stacks } = synthesise({ stage: loadStage(name), images: IMAGES });
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

t.test('a command stops at what has no reason, with a line for each rule and place', async (t) => {
  const app = newApp();
  const stack = new Stack(app, 'some');
  new s3.Bucket(stack, 'Bare');
  new s3.CfnBucket(stack, 'Refused', { bucketName: 'NO_BUCKET' });
  try {
    synthChecked(app);
    t.fail('it is not taken');
  } catch (error) {
    const { name, message } = error as Error;
    t.equal(name, 'StartupError');
    const [first, ...lines] = message.split('\n');
    t.equal(first, 'rules are broken:');
    t.same(
      lines.filter((line) => line.includes('/Bare/')),
      [
        '  some/Bare/Resource: AwsSolutions-S1: The S3 Bucket has server access logs disabled.',
        '  some/Bare/Resource: AwsSolutions-S10: The S3 Bucket or bucket policy does not require requests to use SSL.',
      ],
    );
    t.match(
      lines.filter((line) => line.includes('/Refused: F')),
      [/BucketName: 'NO_BUCKET' does not match/],
      'what CloudFormation refuses',
    );
    t.notOk(
      lines.some((line) => !/\/(Bare|Refused)/.test(line)),
      'nothing else',
    );
  }
});
