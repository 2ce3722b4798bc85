import type { Random } from '@tristore/common/random.ts';
import { type Label, STATUS } from './columns.ts';
import { drawCount } from './marginal.ts';
import type { Counts } from './shape.ts';

/** How many of the statuses already known tell the next one, at most. */
const MEMORY = 3;

/**
 * The contexts that tell the next repayment status, the most telling first: the month, the label and the statuses of
 * up to three months after it, then ever fewer.
 * @param known the statuses so far, September first
 */
export function contextsOf(known: readonly number[], label: Label): string[] {
  const contexts: string[] = [];
  for (let memory = Math.min(MEMORY, known.length); memory >= 0; memory--)
    contexts.push([known.length, label, ...known.slice(known.length - memory)].join('/'));
  return contexts;
}

/**
 * Draws six repayment statuses from September back to April: a Markov chain with a memory of three months.
 * @param latest level in [0, 1) of the latest status; `random` draws the others
 */
export function drawStatuses(
  statuses: Readonly<Record<string, Counts>>,
  label: Label,
  latest: number,
  random: Random,
): number[] {
  const known: number[] = [];
  while (known.length < STATUS.length) {
    const context = contextsOf(known, label).find((candidate) => candidate in statuses);
    const level = known.length === 0 ? latest : random.next();
    known.push(drawCount(statuses[context ?? ''] ?? {}, level)[0]);
  }
  return known;
}
