import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { MODEL } from './lease.ts';

/**
 * Tells the topic. `subject` has `{}` where the model's name goes; `facts` are JSON paths. What cannot be told stays in
 * the run's history, and changes nothing about the run.
 */
export function notify(
  scope: Construct,
  id: string,
  props: { topic: sns.ITopic; subject: string; facts: Record<string, string>; next: sfn.IChainable },
) {
  const { topic, subject, facts, next } = props;
  const message = Object.entries(facts).map(([name, path]) => [name, sfn.JsonPath.stringAt(path)] as const);
  return new tasks.SnsPublish(scope, id, {
    topic,
    subject: sfn.JsonPath.format(subject, sfn.JsonPath.stringAt(MODEL)),
    message: sfn.TaskInput.fromObject({
      model_name: sfn.JsonPath.stringAt(MODEL),
      reason: sfn.JsonPath.stringAt('$.reason'),
      run: sfn.JsonPath.stringAt('$$.Execution.Id'),
      ...Object.fromEntries(message),
    }),
    resultPath: sfn.JsonPath.DISCARD,
  })
    .addCatch(next, { resultPath: sfn.JsonPath.DISCARD })
    .next(next);
}
