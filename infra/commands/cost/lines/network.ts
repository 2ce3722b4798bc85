import { type Basis, billOf, GIGABYTE, type Line } from '../line.ts';
import { ASSUMED, MONTH_HOURS } from '../load.ts';

/** What one capacity unit of a balancer takes: new connections a second, active ones, and GB an hour. */
const LCU = { newConnections: 25, activeConnections: 3_000, gigabytes: 1 };
/** Seconds for which a connection stays. */
const CONNECTION_SECONDS = 60;

/** Capacity units in an hour under load: the dearest of the dimensions. */
export function capacityUnits(rps: number): number {
  const fresh = rps / ASSUMED.requestsPerConnection;
  const gigabytes = (rps * 3_600 * (ASSUMED.requestBytes + ASSUMED.answerBytes)) / GIGABYTE;
  return Math.max(
    fresh / LCU.newConnections,
    (fresh * CONNECTION_SECONDS) / LCU.activeConnections,
    gigabytes / LCU.gigabytes,
  );
}

/** What leaves the tasks for AWS: records and logs. DynamoDB and S3 have endpoints that cost nothing. */
const outwards = ({ load, month, tasks }: Basis) =>
  (month.predictions * (load.recordBytes + ASSUMED.outcomeBytes) +
    (tasks.orchestrator.tasks + tasks.model.tasks) * MONTH_HOURS * ASSUMED.logBytesPerTaskHour) /
  GIGABYTE;

/** The balancer, and the ways out of the network. */
export function networkLines(basis: Basis): Line[] {
  const { stage, region, load, month, facts } = basis;
  const balancer = billOf('Balancer', region);
  balancer.add('hours', facts.balancers * MONTH_HOURS, 'balancer');
  if (facts.balancers)
    balancer.add('capacity', month.activeHours * capacityUnits(load.rps), 'balancerCapacity');
  const network = billOf('Network', region);
  network.add('NAT gateways', facts.natGateways * MONTH_HOURS, 'natGateway');
  if (facts.natGateways) network.add('through NAT', outwards(basis), 'natTraffic');
  network.add('interface endpoints, in each zone', facts.endpointZones * MONTH_HOURS, 'endpoint');
  if (facts.endpointZones) network.add('through endpoints', outwards(basis), 'endpointTraffic');
  network.add('public addresses', (facts.natGateways + facts.publicZones) * MONTH_HOURS, 'publicAddress');
  const answers = (month.predictions * ASSUMED.answerBytes) / GIGABYTE;
  network.add('answers to the internet', answers, 'internetTraffic');
  // a vector of 21 to 40 float32 and its headers, there and back, to a task in another zone
  const zones = stage.network.zones;
  const between = (month.predictions * 400) / GIGABYTE;
  network.add('between zones', between * ((zones - 1) / zones), 'zoneTraffic');
  return [...balancer.lines, ...network.lines];
}
