import { RETRAINING_KEYS } from '@tristore/common/resources.ts';
import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

const { DynamoAttributeValue } = tasks;

export const MODEL = '$.model_name';
const RUN = '$$.Execution.Id';
const HOLDER = '$.lease.Item.execution.S';
const TAKEN = 'DynamoDB.ConditionalCheckFailedException';

const text = (path: string) => DynamoAttributeValue.fromString(sfn.JsonPath.stringAt(path));
const leaseKey = () =>
  DynamoAttributeValue.fromString(
    sfn.JsonPath.format(`${RETRAINING_KEYS.lease}{}`, sfn.JsonPath.stringAt(MODEL)),
  );

export interface LeaseProps {
  state: dynamodb.ITable;
  /** Goes on when the lease is held. */
  held: sfn.IChainable;
  /** Goes on when another run holds it. */
  busy: sfn.IChainable;
  /** Goes on when it cannot be told. */
  failed: sfn.IChainable;
}

/**
 * One run of a model at a time: its item in `state` names the run that may. A run that was aborted or timed out leaves its
 * lease behind, so who finds one asks Step Functions whether the holder still runs, and else takes it over: no clock
 * decides.
 */
export function takeLease(scope: Construct, { state, held, busy, failed }: LeaseProps): sfn.IChainable {
  const put = (id: string, condition: string, values: Record<string, tasks.DynamoAttributeValue> = {}) =>
    new tasks.DynamoPutItem(scope, id, {
      table: state,
      item: { pk: leaseKey(), execution: text(RUN), taken_at: text('$$.Execution.StartTime') },
      conditionExpression: condition,
      ...(Object.keys(values).length > 0 && { expressionAttributeValues: values }),
      resultPath: sfn.JsonPath.DISCARD,
    });
  const take = put('Take the lease', 'attribute_not_exists(pk)');
  const read = new tasks.DynamoGetItem(scope, 'Read who holds it', {
    table: state,
    key: { pk: leaseKey() },
    consistentRead: true,
    resultPath: '$.lease',
  });
  // CDK's CallAwsService would grant it for the runs of every machine; this one's own are granted beside it
  const look = new sfn.CustomState(scope, 'Look whether that run goes on', {
    stateJson: {
      Type: 'Task',
      Resource: `arn:${Stack.of(scope).partition}:states:::aws-sdk:sfn:describeExecution`,
      Parameters: { 'ExecutionArn.$': HOLDER },
      ResultSelector: { 'status.$': '$.Status' },
      ResultPath: '$.holder',
    },
  });
  const takeOver = put('Take it over', 'execution = :seen', { ':seen': text(HOLDER) });

  const whose = new sfn.Choice(scope, 'Whose is it')
    .when(sfn.Condition.isNotPresent(HOLDER), take)
    // the answer to the first attempt was lost
    .when(sfn.Condition.stringEqualsJsonPath(RUN, HOLDER), held)
    .otherwise(look);
  const goesOn = new sfn.Choice(scope, 'Does it go on')
    .when(sfn.Condition.stringEquals('$.holder.status', 'RUNNING'), busy)
    .otherwise(takeOver);

  const error = { resultPath: '$.error' };
  take
    .addCatch(read, { errors: [TAKEN], ...error })
    .addCatch(failed, error)
    .next(held);
  read.addCatch(failed, error).next(whose);
  look
    .addCatch(takeOver, { errors: ['Sfn.ExecutionDoesNotExistException'], ...error })
    .addCatch(failed, error)
    .next(goesOn);
  takeOver
    .addCatch(busy, { errors: [TAKEN], ...error })
    .addCatch(failed, error)
    .next(held);
  return take;
}

/** Gives the lease back, if it is still this run's; where that fails, the next run takes it over. */
export function giveLeaseBack(scope: Construct, id: string, state: dynamodb.ITable, next: sfn.IChainable) {
  return new tasks.DynamoDeleteItem(scope, id, {
    table: state,
    key: { pk: leaseKey() },
    conditionExpression: 'execution = :run',
    expressionAttributeValues: { ':run': text(RUN) },
    resultPath: sfn.JsonPath.DISCARD,
  })
    .addCatch(next, { resultPath: '$.error' })
    .next(next);
}
