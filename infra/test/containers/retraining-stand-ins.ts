import type { Template } from './emulator.ts';

const ARN = 'arn:aws:iam::000000000000:role/stand-in';

/** What the other stacks would export: a real table and topic, and names of what LocalStack does not have. */
export function standIns(imports: string[]): Template {
  const value = (name: string) =>
    /:ExportsOutputRef.*state/i.test(name)
      ? { Ref: 'State' }
      : /:ExportsOutputFnGetAtt.*state.*Arn/i.test(name)
        ? { 'Fn::GetAtt': ['State', 'Arn'] }
        : /:ExportsOutputRef.*(AlarmTopic|Alarms)/.test(name)
          ? { Ref: 'Topic' }
          : /Arn[0-9A-F]{8}$/.test(name)
            ? ARN
            : 'stand-in';
  return {
    Resources: {
      State: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
      Topic: { Type: 'AWS::SNS::Topic' },
      Queue: { Type: 'AWS::SQS::Queue' },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          TopicArn: { Ref: 'Topic' },
          Protocol: 'sqs',
          Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          RawMessageDelivery: true,
        },
      },
    },
    Outputs: {
      StateTable: { Value: { Ref: 'State' } },
      QueueUrl: { Value: { Ref: 'Queue' } },
      ...Object.fromEntries(
        imports.map((name, i) => [`Export${i}`, { Value: value(name), Export: { Name: name } }]),
      ),
    },
  };
}

const ended = { Tasks: [{ Containers: [{ ExitCode: 0 }] }] };
// a mock cannot throw what begins with `States.`
const broken = { Error: 'ECS.InvalidParameterException', Cause: 'exit code 1' };
const noRoom = { Error: 'ECS.AmazonECSException', Cause: 'Capacity is unavailable at this time' };
/** What Step Functions is told that the tasks answer, case by case. */
export const mocks = (machine: string) => ({
  StateMachines: {
    [machine]: {
      TestCases: {
        well: { Retrain: 'ends', 'Put it into the shadow': 'ends' },
        slow: { Retrain: 'endsLater', 'Put it into the shadow': 'ends' },
        badly: { Retrain: 'fails' },
      },
    },
  },
  MockedResponses: {
    ends: { '0': { Return: ended } },
    endsLater: { '0': { Throw: noRoom }, '1': { Return: ended } },
    fails: { '0-1': { Throw: broken } },
  },
});
