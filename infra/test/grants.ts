import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DataStack } from '../lib/data-stack.ts';
import type { Stage } from '../stages/stage.ts';

interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

export interface Right {
  actions: string[];
  /** As the template has it, in one line. */
  on: string;
  only?: Statement['Condition'];
}

/** What a role may do after a grant of the data stack's, statement by statement, in the order of the grant. */
export function rightsOf(stage: Stage, grant: (data: DataStack, role: iam.Role) => void): Right[] {
  const app = new App({ analyticsReporting: false });
  const env = { region: stage.region };
  const data = new DataStack(app, 'data', { stage, env });
  const others = new Stack(app, 'others', { env });
  const role = new iam.Role(others, 'Role', {
    assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
  });
  grant(data, role);
  const policies = Template.fromStack(others).findResources('AWS::IAM::Policy');
  const statements = Object.values(policies).flatMap(
    ({ Properties: { PolicyDocument } }) => PolicyDocument.Statement as Statement[],
  );
  return statements.map(({ Action, Resource, Condition }) => ({
    actions: [Action].flat(),
    on: JSON.stringify(Resource),
    ...(Condition && { only: Condition }),
  }));
}
