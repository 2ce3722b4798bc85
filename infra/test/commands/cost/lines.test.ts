import t from 'tap';
import { computeLines } from '../../../commands/cost/lines/compute.ts';
import { doorLines, gatewayRequests } from '../../../commands/cost/lines/door.ts';
import {
  billedBytes,
  evaluationStoreLines,
  keptGigabytes,
} from '../../../commands/cost/lines/evaluation-store.ts';
import { featureStoreLines } from '../../../commands/cost/lines/feature-store.ts';
import { capacityUnits, networkLines } from '../../../commands/cost/lines/network.ts';
import { standingLines } from '../../../commands/cost/lines/standing.ts';
import { runsPerMonth } from '../../../commands/cost/load.ts';
import { tasksOf } from '../../../commands/cost/tasks.ts';
import { basis, usdOf } from './basis.ts';

/*
 * By hand, for prd at 100/s for 12 hours a day in us-east-1: 365 hours under load, 131.4 million predictions, three
 * tasks of each service with 2 vCPU and 4 GB.
 */

t.test('Fargate: hours of tasks times their size', async (t) => {
  const lines = computeLines(basis());
  // 3 tasks x 730 h x 2 vCPU x 0.04048; 3 x 730 x 4 GB x 0.004445
  t.equal(usdOf(lines, 'orchestrator, CPU'), 177.3024);
  t.equal(usdOf(lines, 'orchestrator, memory'), 38.9382);
  t.equal(usdOf(lines, 'model, CPU'), 177.3024);
  // every 5 minutes for a minute on half a vCPU: 8,760 runs, 146 h, 73 vCPU-hours
  t.equal(usdOf(lines, 'monitor job, CPU'), 2.955);
});

t.test('tasks are added by the hours that need them, and no more than the stage allows', async (t) => {
  // 2,000/s x 539 µs / (1 core x 60 %) = 1.8: the three that are always there do
  t.same(tasksOf(basis().stage, 'orchestrator', 2_000), { tasks: 3, needed: 3 });
  // 90,000 requests a minute and task: 6,000/s need four, by CPU six
  t.same(tasksOf(basis().stage, 'orchestrator', 6_000), { tasks: 6, needed: 6 });
  t.same(tasksOf(basis().stage, 'orchestrator', 20_000), { tasks: 12, needed: 18 });
  const lines = computeLines(basis({ load: { rps: 6_000 } }));
  // 6 tasks for 365 h and 3 for 365 h, x 2 vCPU x 0.04048
  t.equal(usdOf(lines, 'orchestrator, CPU'), 265.9536);
});

t.test('balancer and network: hours, capacity, endpoints in each zone, answers', async (t) => {
  const lines = networkLines(basis());
  t.equal(usdOf(lines, 'hours'), 16.425);
  // 100/s x 3,600 x 2,000 bytes = 0.6706 GiB an hour is the dearest dimension; x 365 h x 0.008
  t.equal(Math.round(capacityUnits(100) * 1e4) / 1e4, 0.6706);
  t.equal(usdOf(lines, 'capacity'), 1.958);
  // 24 x 730 h x 0.01
  t.equal(usdOf(lines, 'interface endpoints, in each zone'), 175.2);
  // 131.4 million x 1,100 bytes = 134.613 GiB x 0.09
  t.equal(usdOf(lines, 'answers to the internet'), 12.1152);
  t.equal(usdOf(lines, 'NAT gateways'), undefined);
  const nat = networkLines(basis({ facts: { natGateways: 1, endpointZones: 0, publicZones: 2 } }));
  t.equal(usdOf(nat, 'NAT gateways'), 32.85);
  t.equal(usdOf(nat, 'public addresses'), 10.95);
  // records and outcomes of 1,800 bytes: 220.2764 GiB; logs of 6 tasks: 0.816 GiB; x 0.045
  t.equal(usdOf(nat, 'through NAT'), 9.9492);
});

t.test(
  'the gateway is billed by tiers, its cache by the hour, the firewall by rules and requests',
  async (t) => {
    t.equal(Math.round(gatewayRequests(100e6, 'us-east-1') * 100) / 100, 350);
    // 333 x 3.50 + 667 x 2.80 + 1,000 x 2.38
    t.equal(Math.round(gatewayRequests(2_000e6, 'us-east-1') * 100) / 100, 5_413.1);
    const lines = doorLines(basis());
    // 132.714 million x 3.50
    t.equal(usdOf(lines, 'requests'), 464.499);
    t.equal(usdOf(lines, 'cache'), 14.6);
    t.equal(usdOf(lines, 'access lists'), 5);
    t.equal(usdOf(lines, 'rules'), 6);
    const balancer = doorLines(
      basis({ stage: { exposure: { balancer: {} } }, facts: { firewalls: 0, firewallRules: 0 } }),
    );
    t.same(balancer, [], 'without gateway and firewall nothing');
  },
);

t.test('DynamoDB: half a unit a read, a unit a kilobyte written', async (t) => {
  const lines = featureStoreLines(basis());
  // 65.7 million x 0.125
  t.equal(usdOf(lines, 'feature reads, eventually consistent'), 8.2125);
  // 100,000 rows x 30.4167 days x 0.625 / 1e6
  t.equal(usdOf(lines, 'feature writes'), 1.901);
  // 3 tasks x 730 h x 360 x 2 = 1.5768 million
  t.equal(usdOf(lines, 'monitoring windows'), 0.9855);
  const many = featureStoreLines(basis({ load: { clients: 100_000_000 } }));
  // 80 GB = 74.506 GiB
  t.equal(usdOf(many, 'storage'), 18.6265);
  t.equal(usdOf(many, 'point-in-time recovery'), 14.9012);
});

t.test('Firehose counts each record as a multiple of 5 KB', async (t) => {
  t.same([1, 5_120, 5_121, 10_240].map(billedBytes), [5_120, 5_120, 10_240, 10_240]);
  const lines = evaluationStoreLines(basis());
  // 262.8 million records x 5 KB = 1,253.128 GiB x 0.029, x 0.018
  t.equal(usdOf(lines, 'ingestion, each record rounded up to 5 KB'), 36.3407);
  t.equal(usdOf(lines, 'conversion to Parquet'), 22.5563);
  // of 6,000 bytes they are three times as much, outcomes the same: 1,253.128 x 1.5
  const large = evaluationStoreLines(basis({ load: { recordBytes: 6_000 } }));
  t.equal(usdOf(large, 'ingestion, each record rounded up to 5 KB'), 54.5111);
  // partitioning is of what is really there: 220.276 GiB x 0.02
  t.equal(usdOf(lines, 'dynamic partitioning'), 4.4055);
  // 262.8 million x 0.5 ms = 36.5 h
  t.equal(usdOf(lines, 'JQ'), 2.555);
  const plain = basis().stage;
  const json = evaluationStoreLines(
    basis({ stage: { evaluation: { ...plain.evaluation, parquet: false } } }),
  );
  t.equal(usdOf(json, 'conversion to Parquet'), undefined);
});

t.test('records lie in S3 by class, for as long as the stage keeps them', async (t) => {
  const rounded = (kept: ReturnType<typeof keptGigabytes>) =>
    Object.fromEntries(
      Object.entries(kept).map(([name, gigabytes]) => [name, Math.round(gigabytes * 10) / 10]),
    );
  // 10 GB a month: 90 days are 2.959 months; a year has 12
  t.same(rounded(keptGigabytes(10, { infrequentAfterDays: 90 })), { standard: 29.6, infrequent: 90.4 });
  t.same(rounded(keptGigabytes(10, { infrequentAfterDays: 30, deleteAfterDays: 91.25 })), {
    standard: 9.9,
    infrequent: 20.1,
  });
  // 220.2764 GiB x 0.3 x 2.959 x 0.023
  t.equal(usdOf(evaluationStoreLines(basis()), 'records, standard'), 4.4973);
});

t.test('what is there is paid for being there', async (t) => {
  const lines = standingLines(basis());
  t.equal(usdOf(lines, 'keys'), 2);
  t.equal(usdOf(lines, 'secrets'), 0.4);
  t.equal(usdOf(lines, 'alarms'), 2);
  t.equal(usdOf(lines, 'dashboards'), 3);
});

t.test('the gateway writes a line for each request, which is paid by its size', async (t) => {
  // 132.714 million requests x 350 bytes / 2^30 x 0.5
  t.equal(usdOf(standingLines(basis()), "the gateway's access logs"), 21.6299);
  const exposure = { balancer: { plainHttpFor: ['192.0.2.0/24'] } };
  t.equal(usdOf(standingLines(basis({ stage: { exposure } })), "the gateway's access logs"), undefined);
});

t.test('a schedule runs as often as it says', async (t) => {
  t.equal(runsPerMonth('rate(5 minutes)'), 8_760);
  t.equal(runsPerMonth('rate(1 hour)'), 730);
  t.equal(Math.round(runsPerMonth('rate(7 days)') * 100) / 100, 4.35);
  t.equal(Math.round(runsPerMonth('cron(0 3 ? * SUN *)') * 100) / 100, 4.35);
  t.equal(Math.round(runsPerMonth('cron(0 3 * * ? *)') * 10) / 10, 30.4);
  t.equal(Math.round(runsPerMonth('cron(0/15 * * * ? *)')), 2_920);
  t.equal(runsPerMonth('cron(0 3 1 * ? *)'), 1);
  t.equal(runsPerMonth(undefined), 0);
});
