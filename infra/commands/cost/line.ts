import type { Stage } from '../../stages/stage.ts';
import type { Facts } from './facts.ts';
import type { Load, Month } from './load.ts';
import { PRICES, type PriceEntry, type PriceName, type Region } from './prices.ts';
import type { Tasks } from './tasks.ts';

/** One line of a bill: `quantity` of `unit` at `price`. */
export interface Line {
  service: string;
  what: string;
  quantity: number;
  unit: string;
  /** For one unit; where there are tiers, the mean. */
  price: number;
  usd: number;
  /** The price should be looked up before a decision hangs on it. */
  unsure: boolean;
}

/** What lines are reckoned from. */
export interface Basis {
  stage: Stage;
  region: Region;
  load: Load;
  month: Month;
  facts: Facts;
  tasks: { orchestrator: Tasks; model: Tasks };
}

export const GIGABYTE = 2 ** 30;

/** Lines of one service at its prices; those of nothing are left out. */
export function billOf(service: string, region: Region) {
  const lines: Line[] = [];
  return {
    lines,
    add(what: string, quantity: number, price: PriceName): void {
      const { unit, unsure = false, [region]: each }: PriceEntry = PRICES[price];
      if (quantity > 0)
        lines.push({ service, what, quantity, unit, price: each, usd: quantity * each, unsure });
    },
  };
}
