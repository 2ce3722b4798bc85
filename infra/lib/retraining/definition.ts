import { RETRAINING_KEYS } from '@tristore/common/resources.ts';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { giveLeaseBack, MODEL, takeLease } from './lease.ts';
import { notify } from './notify.ts';
import { type JobPlace, type JobReference, runJob } from './run-job.ts';

const REASON = '$.reason';
const VERDICT = '$.verdict.Item';
const BLESSED = `${VERDICT}.blessed.BOOL`;
const VERSION = `${VERDICT}.version.S`;
const SUMMARY = `${VERDICT}.summary.S`;
const error = { resultPath: '$.error' };

export interface RetrainingProps {
  /** A run for any other is refused. */
  models: readonly string[];
  place: JobPlace;
  retrain: JobReference;
  promote: JobReference;
  state: dynamodb.ITable;
  topic: sns.ITopic;
  /** Days for which what a run did can be read. */
  logDays: number;
}

/** An argument of a command: `--name=` and what is at a path, so that no value can pass for another option. */
const argument = (name: string, path: string) => `States.Format('--${name}={}', ${path})`;

const oneOf = (models: readonly string[]) => {
  const conditions = models.map((model) => sfn.Condition.stringEquals(MODEL, model));
  return conditions.length === 1 && conditions[0] ? conditions[0] : sfn.Condition.or(...conditions);
};

const inputIsGood = (models: readonly string[]) =>
  sfn.Condition.and(sfn.Condition.isString(MODEL), oneOf(models), sfn.Condition.isString(REASON));

/** From the input to the end; reads from the last step to the first, since a state is made before what leads to it. */
export function retrainingDefinition(scope: Construct, props: RetrainingProps): sfn.IChainable {
  const { models, place, retrain, promote, state, topic } = props;

  const failed = notify(scope, 'Tell that it failed', {
    topic,
    subject: 'Retraining of {} failed',
    facts: { error: '$.error.Error', cause: '$.error.Cause' },
    next: giveLeaseBack(
      scope,
      'Give the lease back after a failure',
      state,
      new sfn.Fail(scope, 'Failed', {
        error: 'RetrainingFailed',
        // names that begin with `States.` are refused as an error of one's own
        causePath: sfn.JsonPath.format(
          '{}: {}',
          sfn.JsonPath.stringAt('$.error.Error'),
          sfn.JsonPath.stringAt('$.error.Cause'),
        ),
      }),
    ),
  });
  const done = giveLeaseBack(scope, 'Give the lease back', state, new sfn.Succeed(scope, 'Done'));

  const inShadow = notify(scope, 'Tell that a challenger is in the shadow', {
    topic,
    subject: 'Retraining of {}: a challenger is in the shadow',
    facts: { version: VERSION, summary: SUMMARY },
    next: done,
  });
  const toShadow = runJob(scope, 'Put it into the shadow', {
    job: promote,
    place,
    args: [
      argument('model', MODEL),
      argument('version', VERSION),
      "'--alias=shadows'",
      argument('reason', SUMMARY),
    ],
  })
    .addCatch(failed, error)
    .next(inShadow);
  const notBlessed = notify(scope, 'Tell why it is not blessed', {
    topic,
    subject: 'Retraining of {}: the champion stays',
    facts: { version: VERSION, summary: SUMMARY },
    next: done,
  });
  const noVerdict = new sfn.Pass(scope, 'There is no verdict', {
    result: sfn.Result.fromObject({
      Error: 'NoVerdict',
      Cause: 'the job retrain ended well without a verdict',
    }),
    ...error,
  }).next(failed);

  const judge = new sfn.Choice(scope, 'Is it blessed')
    .when(
      sfn.Condition.or(
        sfn.Condition.isNotPresent(BLESSED),
        sfn.Condition.isNotPresent(VERSION),
        sfn.Condition.isNotPresent(SUMMARY),
      ),
      noVerdict,
    )
    .when(sfn.Condition.booleanEquals(BLESSED, true), toShadow)
    .otherwise(notBlessed);
  const readVerdict = new tasks.DynamoGetItem(scope, 'Read the verdict', {
    table: state,
    key: {
      pk: tasks.DynamoAttributeValue.fromString(
        sfn.JsonPath.format(`${RETRAINING_KEYS.verdict}{}`, sfn.JsonPath.stringAt('$$.Execution.Name')),
      ),
    },
    consistentRead: true,
    resultPath: '$.verdict',
  })
    .addCatch(failed, error)
    .next(judge);
  const train = runJob(scope, 'Retrain', {
    job: retrain,
    place,
    args: [argument('model', MODEL), argument('reason', REASON), argument('run', '$$.Execution.Name')],
  })
    .addCatch(failed, error)
    .next(readVerdict);

  const lease = takeLease(scope, {
    state,
    held: train,
    busy: new sfn.Succeed(scope, 'Another run of this model goes on'),
    failed,
  });
  return new sfn.Choice(scope, 'Is the input good').when(inputIsGood(models), lease).otherwise(
    new sfn.Fail(scope, 'The input is not good', {
      error: 'InvalidInput',
      cause: `needs {"model_name", "reason"}, and model_name one of ${models.join(', ')}`,
    }),
  );
}
