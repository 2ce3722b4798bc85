import t from 'tap';
import { basisOf, estimate } from '../../../commands/cost/estimate.ts';
import { factsOf } from '../../../commands/cost/facts.ts';
import { PRICED_REGIONS, PRICES, type PriceEntry } from '../../../commands/cost/prices.ts';
import { quotasOf, recordsPerCall } from '../../../commands/cost/quotas.ts';
import { reportText } from '../../../commands/cost/report.ts';
import { basis } from './basis.ts';

t.test('the total is the sum of the lines, each of them quantity times price', async (t) => {
  const { lines, total } = estimate(basis());
  t.ok(lines.length > 25);
  for (const { what, quantity, price, usd } of lines) {
    t.ok(usd >= 0 && Math.abs(quantity * price - usd) < 1e-6, what);
  }
  t.equal(
    total,
    lines.reduce((sum, { usd }) => sum + usd, 0),
  );
});

t.test('more predictions never cost less, and none cost what is there', async (t) => {
  let before = 0;
  for (const rps of [0, 1, 10, 100, 1_000, 5_000, 50_000]) {
    const { lines, total } = estimate(basis({ load: { rps } }));
    t.ok(total >= before, `${rps}/s: ${total}`);
    t.ok(lines.every(({ usd }) => Number.isFinite(usd)));
    before = total;
  }
  const idle = estimate(basis({ load: { rps: 0 } }));
  t.notOk(
    idle.lines.find(({ service }) => service === 'Firehose'),
    'Firehose costs nothing at rest',
  );
  t.ok(
    idle.lines.find(({ what }) => what === 'orchestrator, CPU'),
    'tasks do',
  );
});

t.test('quotas that the load meets are told, with who raises them', async (t) => {
  const needed = (rps: number, name: string) => {
    const found = quotasOf(basis({ load: { rps } })).find(({ quota }) => quota.startsWith(name));
    if (!found) throw new Error(`there is no quota ${name}`);
    return { ...found, ok: found.needed <= found.limit };
  };
  t.match(needed(100, 'Firehose, MiB/s'), { ok: true, limit: 5 });
  // 1,600 bytes x 4,000/s = 6.1 MiB/s
  t.match(needed(4_000, 'Firehose, MiB/s'), { ok: false, raise: 'ask AWS' });
  t.match(needed(1_900, 'exposure.gateway.requestsPerSecond'), { ok: true });
  t.match(needed(2_000, 'exposure.gateway.requestsPerSecond'), { ok: false, raise: 'setting' });
  t.match(needed(20_000, 'orchestrator.maxTasks'), { ok: false, needed: 18, limit: 12 });
  // 12 tasks of each service with 2 vCPU
  t.match(needed(1, 'Fargate'), { ok: false, needed: 48, limit: 6 });
  t.match(needed(100_000, 'DynamoDB, RRU/s'), { ok: false, needed: 50_000 });
  const narrow = quotasOf(basis({ stage: { region: 'eu-central-1' } }));
  t.match(
    narrow.find(({ quota }) => quota.includes('MiB/s')),
    { limit: 1 },
    'most regions begin with less',
  );
  t.same([10, 400, 50_000].map(recordsPerCall), [1, 2, 100]);
});

t.test('what is there is counted in the templates', async (t) => {
  const endpoint = (SubnetIds: unknown, VpcEndpointType = 'Interface') => ({
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: { VpcEndpointType, SubnetIds },
  });
  const facts = factsOf(
    [
      {
        Resources: {
          A: endpoint(['a', 'b', 'c']),
          B: endpoint({ Ref: 'Subnets' }),
          C: endpoint([], 'Gateway'),
        },
      },
      {
        Resources: {
          Door: {
            Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
            Properties: { Scheme: 'internet-facing', Subnets: ['a', 'b'] },
          },
          Wall: { Type: 'AWS::WAFv2::WebACL', Properties: { Rules: [{}, {}, {}] } },
          MonitorTask: { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '256', Memory: '512' } },
          Other: { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '1024', Memory: '2048' } },
        },
      },
      {},
    ],
    3,
  );
  t.match(facts, {
    endpoints: 2,
    endpointZones: 6,
    balancers: 1,
    publicZones: 2,
    firewalls: 1,
    firewallRules: 3,
    natGateways: 0,
    jobs: { monitor: { cpu: 256, memoryMib: 512 } },
  });
});

t.test('a region without prices is refused, and each price names its page', async (t) => {
  const { stage, load } = basis();
  t.throws(() => basisOf(stage, [], load, 'mars-north-1'), {
    message: /there are no prices for mars-north-1/,
  });
  for (const [name, entry] of Object.entries<PriceEntry>(PRICES)) {
    t.match(entry.page, / pricing$/, name);
    for (const region of PRICED_REGIONS) t.ok(entry[region] > 0, `${name} in ${region}`);
  }
});

t.test('the report shows every line and quota, and what it leaves out', async (t) => {
  const given = basis({ load: { rps: 20_000 } });
  const found = estimate(given);
  const text = reportText(given, found);
  for (const { what } of found.lines) t.match(text, what);
  t.match(text, found.total.toFixed(2));
  t.match(text, 'without tax, free tier and discounts');
  t.match(text, /\(held back by maxTasks\)/);
  t.match(text, /Firehose, MiB\/s of a stream .* ask for more/);
  t.match(text, /orchestrator\.maxTasks .* raise the setting/);
});
