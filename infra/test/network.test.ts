import { Match, Template } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { newApp } from '../lib/app.ts';
import { INTERFACE_ENDPOINTS } from '../lib/endpoints.ts';
import { NetworkStack } from '../lib/network-stack.ts';
import { loadStage } from '../stages/load-stage.ts';
import type { Stage } from '../stages/stage.ts';
import { STAGE_NAMES } from '../stages/stage-names.ts';
import { SETTINGS, sampleStage } from './sample-stage.ts';

const templateOf = (stage: Stage) =>
  Template.fromStack(new NetworkStack(newApp(), 'network', { stage, env: { region: stage.region } }));

const count = (template: Template, type: string, properties: Record<string, unknown>) =>
  Object.keys(template.findResources(type, { Properties: properties })).length;

const withoutInternet = { ...SETTINGS.network, egress: 'endpoints', zones: 3 };
const certificate = {
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/a',
  domainName: 'a.example',
};

t.test(
  'with NAT, tasks reach the internet from private subnets, by one gateway unless more are wanted',
  async (t) => {
    const one = templateOf(sampleStage());
    one.resourceCountIs('AWS::EC2::NatGateway', 1);
    one.resourceCountIs('AWS::EC2::Subnet', 4);
    t.equal(count(one, 'AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface' }), 0);
    const two = templateOf(sampleStage({ network: { ...SETTINGS.network, natGateways: 2 } }));
    two.resourceCountIs('AWS::EC2::NatGateway', 2);
    t.equal(count(one, 'AWS::EC2::Subnet', { MapPublicIpOnLaunch: true }), 0);
  },
);

t.test('with endpoints there is no NAT, and no internet gateway unless a balancer is public', async () => {
  const closed = templateOf(sampleStage({ network: withoutInternet }));
  closed.resourceCountIs('AWS::EC2::NatGateway', 0);
  closed.resourceCountIs('AWS::EC2::InternetGateway', 0);
  closed.resourceCountIs('AWS::EC2::Subnet', 3);
  const open = templateOf(sampleStage({ network: withoutInternet, exposure: { balancer: certificate } }));
  open.resourceCountIs('AWS::EC2::NatGateway', 0);
  open.resourceCountIs('AWS::EC2::InternetGateway', 1);
  open.resourceCountIs('AWS::EC2::Subnet', 6);
});

t.test('with endpoints every service in use has one, in every zone, that only the VPC reaches', async (t) => {
  const template = templateOf(sampleStage({ network: withoutInternet }));
  const names = Object.values(
    template.findResources('AWS::EC2::VPCEndpoint', { Properties: { VpcEndpointType: 'Interface' } }),
  ).map(({ Properties }) => {
    t.equal(Properties.SubnetIds.length, 3);
    t.equal(Properties.PrivateDnsEnabled, true);
    return Properties.ServiceName as string;
  });
  const wanted = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'kinesis-firehose', 'athena'];
  t.strictSame(names.sort(), wanted.map((name) => `com.amazonaws.eu-central-1.${name}`).sort());
  t.equal(names.length, Object.keys(INTERFACE_ENDPOINTS).length);
  template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupIngress: [
      {
        CidrIp: '10.20.0.0/16',
        FromPort: 443,
        ToPort: 443,
        IpProtocol: 'tcp',
        Description: 'tasks of this VPC',
      },
    ],
  });
});

t.test('DynamoDB and S3 have free endpoints in every stage, for the own account alone', async (t) => {
  for (const name of STAGE_NAMES) {
    const template = templateOf(loadStage(name));
    t.equal(count(template, 'AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }), 2, name);
    const policies = JSON.stringify(template.findResources('AWS::EC2::VPCEndpoint'));
    t.notMatch(policies, /"Action":"(\*|s3:\*|dynamodb:\*)"/, name);
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Condition: { StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
          Match.objectLike({ Action: 's3:GetObject', Condition: Match.absent() }),
        ]),
      },
    });
  }
});

t.test('every zone of a stage has its subnets, and nothing has to be looked up', async (t) => {
  const app = newApp();
  const stage = loadStage('prd');
  const stack = new NetworkStack(app, 'network', { stage, env: { region: stage.region } });
  const zones = Object.values(Template.fromStack(stack).findResources('AWS::EC2::Subnet')).map(
    ({ Properties }) => Properties.AvailabilityZone['Fn::Select'][0],
  );
  t.strictSame([...new Set(zones)].sort(), [0, 1, 2]);
  t.notOk(app.synth().manifest.missing);
});

t.test(
  'a stage that gets a way out, a public balancer or another zone keeps the subnets of its tasks',
  async (t) => {
    const taskSubnets = (changes: Parameters<typeof sampleStage>[0]) =>
      Object.fromEntries(
        Object.entries(templateOf(sampleStage(changes)).findResources('AWS::EC2::Subnet'))
          .filter(([id]) => id.startsWith('Vpctasks'))
          .map(([id, { Properties }]) => [id, [Properties.CidrBlock, Properties.AvailabilityZone]]),
      );
    const before = taskSubnets({ network: { ...withoutInternet, zones: 2 } });
    t.equal(Object.keys(before).length, 2);
    t.strictSame(taskSubnets({ network: { ...SETTINGS.network, egress: 'nat', zones: 2 } }), before);
    t.strictSame(
      taskSubnets({ network: { ...withoutInternet, zones: 2 }, exposure: { balancer: certificate } }),
      before,
    );
    t.match(taskSubnets({ network: withoutInternet }), before, 'those of two zones are among those of three');
  },
);

t.test('flow logs are kept as long as the stage says, and tell what it says', async () => {
  const template = templateOf(sampleStage());
  template.hasResourceProperties('AWS::EC2::FlowLog', {
    TrafficType: 'REJECT',
    LogDestinationType: 'cloud-watch-logs',
  });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  templateOf(sampleStage({ network: { ...SETTINGS.network, flowLogs: 'all' } })).hasResourceProperties(
    'AWS::EC2::FlowLog',
    { TrafficType: 'ALL' },
  );
});

t.test('no function runs at deployment', async () => {
  templateOf(sampleStage()).resourceCountIs('AWS::Lambda::Function', 0);
});

t.test('settings that contradict one another are refused', async (t) => {
  const refused = (changes: Parameters<typeof sampleStage>[0], message: RegExp) =>
    t.throws(() => sampleStage(changes), { message });
  const network = withoutInternet;
  refused(
    { network, alarms: { webhook: 'https://hook.example/a' } },
    /network.egress must be nat: alarms.webhook/,
  );
  refused(
    { network, oidc: { issuer: 'https://id.example', audience: 'a' } },
    /network.egress must be nat: oidc.issuer/,
  );
  refused({ network: { ...network, natGateways: 1 } }, /network.natGateways goes with egress nat/);
  refused({ network: { ...SETTINGS.network, natGateways: 3 } }, /network.natGateways is more than zones/);
});
