import type { Resource, Template } from '../assembly.ts';

/** What of a stage is paid by being there, as its templates say. */
export interface Facts {
  natGateways: number;
  /** Interface endpoints, each counted in every zone. */
  endpointZones: number;
  endpoints: number;
  balancers: number;
  /** Zones of balancers that the internet reaches: an address in each. */
  publicZones: number;
  firewalls: number;
  firewallRules: number;
  keys: number;
  secrets: number;
  alarms: number;
  compositeAlarms: number;
  dashboards: number;
  /** CPU units and MiB of the jobs' tasks, by the start of their logical names. */
  jobs: Readonly<Record<string, { cpu: number; memoryMib: number }>>;
}

const listLength = (value: unknown, otherwise: number) => (Array.isArray(value) ? value.length : otherwise);

/** @param zones of the stage, for lists of subnets that a template does not spell out */
export function factsOf(templates: readonly Template[], zones: number): Facts {
  const all = templates.flatMap(({ Resources = {} }) => Object.entries(Resources));
  const of = (type: string): Resource[] =>
    all.flatMap(([, resource]) => (resource.Type === type ? [resource] : []));
  const property = (resource: Resource, name: string) => resource.Properties?.[name];
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const interfaces = of('AWS::EC2::VPCEndpoint').filter(
    (endpoint) => property(endpoint, 'VpcEndpointType') === 'Interface',
  );
  const balancers = of('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const firewalls = of('AWS::WAFv2::WebACL');
  const jobs = all.flatMap(([id, task]) => {
    const job = /^(train|evaluate|retrain|replay|monitor)/i.exec(id)?.[1]?.toLowerCase();
    if (task.Type !== 'AWS::ECS::TaskDefinition' || !job) return [];
    return [
      [job, { cpu: Number(property(task, 'Cpu')), memoryMib: Number(property(task, 'Memory')) }] as const,
    ];
  });
  return {
    natGateways: of('AWS::EC2::NatGateway').length,
    endpointZones: sum(interfaces.map((endpoint) => listLength(property(endpoint, 'SubnetIds'), zones))),
    endpoints: interfaces.length,
    balancers: balancers.length,
    publicZones: sum(
      balancers
        .filter((balancer) => property(balancer, 'Scheme') === 'internet-facing')
        .map((balancer) => listLength(property(balancer, 'Subnets'), zones)),
    ),
    firewalls: firewalls.length,
    firewallRules: sum(firewalls.map((firewall) => listLength(property(firewall, 'Rules'), 0))),
    keys: of('AWS::KMS::Key').length,
    secrets: of('AWS::SecretsManager::Secret').length,
    alarms: of('AWS::CloudWatch::Alarm').length,
    compositeAlarms: of('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    jobs: Object.fromEntries(jobs),
  };
}
