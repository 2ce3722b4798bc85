import { setImmediate as nextTurn } from 'node:timers/promises';
import { TristoreError } from '@tristore/common/errors.ts';

/** Milliseconds for which the thread is held before others have their turn. */
const TURN = 10;

/**
 * A pause to take between two pieces of work: lets the event loop turn where the thread was held for long enough.
 * @param deadline on the clock of `performance.now()`; past it the pause throws TristoreError deadline_exceeded
 */
export function turns(deadline = Number.POSITIVE_INFINITY): () => Promise<void> {
  let since = performance.now();
  return async () => {
    const now = performance.now();
    if (now > deadline)
      throw new TristoreError('deadline_exceeded', 'the deadline passed before the answer was explained');
    if (now - since < TURN) return;
    await nextTurn();
    since = performance.now();
  };
}
