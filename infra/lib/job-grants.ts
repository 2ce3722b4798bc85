import { MONITORING_KEYS, RETRAINING_KEYS } from '@tristore/common/resources.ts';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { DataStack } from './data-stack.ts';
import type { JobName } from './jobs-stack.ts';
import { grantKeyThrough, TABLE_WRITE } from './kms-use.ts';

/** Items of `state` whose keys begin so, and no others: API keys are in the same table. */
function grantState(data: DataStack, grantee: iam.IGrantable, actions: string[], keys: string[]) {
  const { state } = data.featureStore;
  grantee.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [state.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys.map((key) => `${key}*`) } },
    }),
  );
  grantKeyThrough('dynamodb', data.key, grantee, TABLE_WRITE);
}

/** What each job may do, beyond writing its log. */
export const JOB_GRANTS: Record<JobName, (data: DataStack, job: iam.IGrantable) => void> = {
  train: ({ artifacts }, job) => artifacts.grantPublish(job),
  evaluate: ({ artifacts, evaluationStore }, job) => {
    artifacts.grantRead(job);
    evaluationStore.grantQuery(job);
  },
  retrain: (data, job) => {
    data.artifacts.grantPublish(job);
    data.evaluationStore.grantQuery(job);
    grantState(data, job, ['PutItem'], [RETRAINING_KEYS.verdict]);
  },
  promote: ({ artifacts }, job) => artifacts.grantPromote(job),
  replay: ({ artifacts, evaluationStore }, job) => {
    artifacts.grantRead(job);
    evaluationStore.grantQuery(job);
  },
  monitor: (data, job) => {
    data.artifacts.grantRead(job);
    data.evaluationStore.grantQuery(job);
    const actions = ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'];
    grantState(data, job, actions, [MONITORING_KEYS]);
  },
};
