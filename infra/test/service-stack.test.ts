import { Match, type Template } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { SETTINGS } from './sample-stage.ts';
import { ingressOf, type Properties, propertiesOf, stacksOf } from './stacks.ts';

const behindGateway = stacksOf();

t.test(
  'tasks are called by the balancer, and the model server also by the orchestrator; by nobody else',
  async (t) => {
    const template = behindGateway.services();
    const callers = (service: string) =>
      ingressOf(template, (name) => name.startsWith(`${service}Tasks`)).map(
        ({ SourceSecurityGroupId, FromPort, ToPort, CidrIp }) => {
          t.equal(CidrIp, undefined);
          t.equal(FromPort, ToPort);
          return `${SourceSecurityGroupId['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, '')} ${FromPort}`;
        },
      );
    t.strictSame(callers('Orchestrator'), ['DoorBalancerSecurityGroup 8000']);
    t.strictSame(callers('ModelServer').sort(), ['DoorBalancerSecurityGroup 8080', 'OrchestratorTasks 8080']);
  },
);

t.test('tasks call out by TLS alone, and to the port of the issuer', async (t) => {
  const oidc = { issuer: 'https://id.example:8443', audience: 'a' };
  const ports = (template: Template) =>
    Object.entries(propertiesOf(template, 'AWS::EC2::SecurityGroup'))
      .filter(([name]) => name.includes('Tasks'))
      .map(([, { SecurityGroupEgress }]) => SecurityGroupEgress.map(({ FromPort }: Properties) => FromPort));
  t.strictSame(ports(behindGateway.services()), [[443], [443]]);
  t.strictSame(ports(stacksOf({ oidc }).services()), [
    [443, 8443],
    [443, 8443],
  ]);
});

t.test(
  'a bad version is rolled back: tasks that do not start, errors, failed checks, slow answers',
  async (t) => {
    const template = behindGateway.services();
    for (const service of Object.values(propertiesOf(template, 'AWS::ECS::Service'))) {
      const { DeploymentConfiguration, DeploymentController, AvailabilityZoneRebalancing } = service;
      t.match(DeploymentController, { Type: 'ECS' });
      t.match(DeploymentConfiguration, {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        Alarms: { Enable: true, Rollback: true },
      });
      t.equal(DeploymentConfiguration.Alarms.AlarmNames.length, 3);
      t.equal(service.DesiredCount, undefined, 'a deployment does not undo what the scaling chose');
      t.equal(AvailabilityZoneRebalancing, 'ENABLED');
      t.equal(service.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp, 'DISABLED');
    }
    t.equal(behindGateway.stacks.services.rollbackAlarms.length, 6);
    const alarms = Object.entries(propertiesOf(template, 'AWS::CloudWatch::Alarm'));
    t.equal(alarms.length, 6);
    for (const [name, { TreatMissingData, AlarmName }] of alarms) {
      t.equal(TreatMissingData, 'notBreaching', `${name}: no traffic is no fault`);
      t.equal(AlarmName, undefined);
    }
  },
);

t.test('what rolls back is what the stage says', async (t) => {
  const model = { ...SETTINGS.model, rollbackErrorPercent: 2, rollbackP99Milliseconds: 250 };
  const template = stacksOf({ model }).services();
  const thresholds = (prefix: string) =>
    Object.entries(propertiesOf(template, 'AWS::CloudWatch::Alarm'))
      .filter(([name]) => name.startsWith(prefix))
      .map(([, { Threshold }]) => Threshold);
  t.strictSame(thresholds('Model').sort(), [0, 0.25, 2]);
  t.strictSame(thresholds('Orchestrator').sort(), [0, 1, 5]);
});

t.test('services grow by requests and by CPU, within the limits of the stage', async (t) => {
  const template = behindGateway.services();
  template.allResourcesProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
    MinCapacity: 1,
    MaxCapacity: 2,
  });
  const policies = Object.values(propertiesOf(template, 'AWS::ApplicationAutoScaling::ScalingPolicy')).map(
    ({ TargetTrackingScalingPolicyConfiguration: { PredefinedMetricSpecification, TargetValue } }) =>
      `${PredefinedMetricSpecification.PredefinedMetricType} ${TargetValue}`,
  );
  t.strictSame(policies.sort(), [
    'ALBRequestCountPerTarget 30000',
    'ALBRequestCountPerTarget 60000',
    'ECSServiceAverageCPUUtilization 60',
    'ECSServiceAverageCPUUtilization 60',
  ]);
});

t.test('the orchestrator finds the model server by Service Connect, and starts after it', async (t) => {
  const template = behindGateway.services();
  const found = Object.entries(template.findResources('AWS::ECS::Service'));
  const [name] = found.find(([id]) => id.startsWith('ModelServer')) as [string, Properties];
  const [, { Properties: orchestrator, DependsOn }] = found.find(([id]) => id.startsWith('Orchestrator')) as [
    string,
    Properties,
  ];
  t.strictSame(orchestrator.ServiceConnectConfiguration.Services, []);
  t.ok(DependsOn.includes(name));
  template.hasResourceProperties('AWS::ECS::Service', {
    ServiceConnectConfiguration: Match.objectLike({
      Services: [Match.objectLike({ ClientAliases: [{ DnsName: 'model', Port: 8080 }] })],
    }),
  });
  template.resourceCountIs('AWS::ServiceDiscovery::HttpNamespace', 1);
});

t.test('container insights are the choice of the stage', async () => {
  const settings = (value: string) => ({ ClusterSettings: [{ Name: 'containerInsights', Value: value }] });
  behindGateway.services().hasResourceProperties('AWS::ECS::Cluster', settings('disabled'));
  const logs = { retentionDays: 7, containerInsights: 'enhanced' };
  stacksOf({ logs }).services().hasResourceProperties('AWS::ECS::Cluster', settings('enhanced'));
});
