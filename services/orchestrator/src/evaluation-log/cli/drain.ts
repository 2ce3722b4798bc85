import { setTimeout as sleep } from 'node:timers/promises';
import { isTaken } from '../delivery-stream.ts';
import { type KeptRecord, RECORD_END } from '../set-aside.ts';
import type { Draining, Outlet, SpoolPlace } from './spool-place.ts';

const LOOK_MS = 20;

export interface DrainOptions extends Outlet {
  /** Milliseconds without a record that is taken, after which it ends. */
  patienceMs: number;
  /** Whether records that were set aside are tried too. */
  poison: boolean;
  /** Called again and again while one part is under way. */
  progress(part: Draining): void;
}

export interface Drained {
  delivered: number;
  set_aside: number;
  /** Bytes that could not be delivered, and records that are set aside still. */
  left_bytes: number;
  left_aside: number;
}

/** @returns whether nothing is left */
async function wait(part: Draining, { patienceMs, progress }: DrainOptions): Promise<boolean> {
  let before = part.left();
  let since = performance.now();
  progress(part);
  while (part.left() > 0) {
    await sleep(LOOK_MS);
    progress(part);
    if (part.left() !== before) since = performance.now();
    before = part.left();
    if (performance.now() - since > patienceMs) return false;
  }
  progress(part);
  return true;
}

/** Delivers what no living process holds, and removes what is delivered. */
export async function drain(place: SpoolPlace, options: DrainOptions): Promise<Drained> {
  const drained: Drained = { delivered: 0, set_aside: 0, left_bytes: 0, left_aside: 0 };
  for await (const part of place.drain(options)) {
    const empty = await wait(part, options);
    drained.delivered += part.delivered();
    drained.set_aside += part.setAside();
    drained.left_bytes += part.left();
    if (!empty) return drained;
  }
  if (options.poison) await drainSetAside(place, options, drained);
  return drained;
}

/** Each alone: it has proved to be no company for others. */
async function drainSetAside(place: SpoolPlace, options: DrainOptions, drained: Drained): Promise<void> {
  for (const { stream, name, read, remove } of await place.setAside()) {
    if (!name.endsWith(RECORD_END)) continue;
    const { record } = JSON.parse((await read()).toString('utf8')) as KeptRecord;
    const signal = AbortSignal.timeout(options.patienceMs);
    const outcomes = await options
      .streamOf(stream)
      .put([Buffer.from(record)], signal)
      .catch((err: unknown) => {
        options.log.error({ err, name }, 'a record that was set aside is not taken');
        return [];
      });
    if (outcomes[0] && isTaken(outcomes[0])) {
      await remove();
      drained.delivered++;
    } else drained.left_aside++;
  }
}
