import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { newApp } from '../lib/app.ts';
import { DataStack } from '../lib/data-stack.ts';
import type { Stage } from '../stages/stage.ts';

interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

export interface Right {
  actions: string;
  /** Each resource: the construct's name without CDK's hash, and what follows it in the ARN. */
  on: string[];
  only?: Statement['Condition'];
}

const EXPORTED = /^data:ExportsOutput(?:Ref|FnGetAtt)(\w+?)[0-9A-F]{8}(?:Arn)?[0-9A-F]{8}$/;

/** An ARN of the template: `FeatureStorestate`, `ArtifactsModels/*`. */
function named(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const [[name, argument] = ['', undefined]] = Object.entries(resource as object);
  if (name === 'Fn::ImportValue') return EXPORTED.exec(String(argument))?.[1] ?? String(argument);
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(named).join('');
  return `{${argument}}`;
}

/** What a role of another stack may do after a grant of the data stack's, statement by statement. */
export function rightsOf(stage: Stage, grant: (data: DataStack, role: iam.Role) => void): Right[] {
  const app = newApp();
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
    actions: [Action].flat().join(' '),
    on: [Resource].flat().map(named),
    ...(Condition && { only: Condition }),
  }));
}
