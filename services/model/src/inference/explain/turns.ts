import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds after which other requests get their turn. */
const TURN = 10;

/** A pause between two pieces of work: lets the event loop turn once the thread was held for some milliseconds. */
export function turns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN) return;
    await nextTurn();
    since = performance.now();
  };
}
