import type { Facts } from '../../../commands/cost/facts.ts';
import type { Basis, Line } from '../../../commands/cost/line.ts';
import { type Load, monthOf } from '../../../commands/cost/load.ts';
import { tasksOf } from '../../../commands/cost/tasks.ts';
import prd from '../../../stages/prd.ts';
import type { Stage } from '../../../stages/stage.ts';

export const FACTS: Facts = {
  natGateways: 0,
  endpointZones: 24,
  endpoints: 8,
  balancers: 1,
  publicZones: 0,
  firewalls: 1,
  firewallRules: 6,
  keys: 2,
  secrets: 1,
  alarms: 20,
  compositeAlarms: 0,
  dashboards: 1,
  jobs: {},
};

/** prd at 100 predictions a second for half of each day, in us-east-1, whose prices are round. */
export function basis({
  load = {},
  stage = {},
  facts = {},
}: {
  load?: Partial<Load>;
  stage?: Partial<Stage>;
  facts?: Partial<Facts>;
} = {}): Basis {
  const whole: Stage = { ...prd(), region: 'us-east-1', ...stage };
  const given: Load = { rps: 100, hoursPerDay: 12, recordBytes: 1_600, clients: 100_000, ...load };
  return {
    stage: whole,
    region: 'us-east-1',
    load: given,
    month: monthOf(given),
    facts: { ...FACTS, ...facts },
    tasks: {
      orchestrator: tasksOf(whole, 'orchestrator', given.rps),
      model: tasksOf(whole, 'model', given.rps),
    },
  };
}

/** Dollars of a line, to a hundredth of a cent. */
export const usdOf = (lines: readonly Line[], what: string): number | undefined => {
  const line = lines.find((one) => one.what === what);
  return line && Math.round(line.usd * 1e4) / 1e4;
};
