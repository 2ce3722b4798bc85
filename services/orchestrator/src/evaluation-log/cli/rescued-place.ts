import { Delivery } from '../delivery.ts';
import { MemoryQueue } from '../memory-queue.ts';
import type { RescuedObject, RescueStore } from '../rescue/rescue-store.ts';
import { SET_ASIDE, SetAside } from '../set-aside.ts';
import { walkSegment } from '../walk-segment.ts';
import type { Draining, Outlet, SpoolPlace, StoredAside, StoredReplica } from './spool-place.ts';

const SEGMENT = /^([^/]+)\/([^/]+)\/(\d{12}\.segment)$/;

/** What was rescued to S3: `<replica>/<stream>/<number>.segment` and `set-aside/<stream>/…`. */
export class RescuedPlace implements SpoolPlace {
  readonly #store: RescueStore;

  constructor(store: RescueStore) {
    this.#store = store;
  }

  async replicas(): Promise<StoredReplica[]> {
    const replicas = new Map<string, StoredReplica>();
    for (const { key, bytes } of await this.#store.list()) {
      const [, name = '', stream = '', segment = ''] = SEGMENT.exec(key) ?? [];
      if (!name || name === SET_ASIDE) continue;
      const replica = replicas.get(name) ?? { name, held: false, segments: [] };
      replica.segments.push({ stream, name: segment, offset: 0, bytes, read: () => this.#store.get(key) });
      replicas.set(name, replica);
    }
    return [...replicas.values()];
  }

  async setAside(): Promise<StoredAside[]> {
    const found = await this.#store.list();
    return found
      .filter(({ key }) => key.startsWith(`${SET_ASIDE}/`))
      .map(({ key, bytes }) => {
        const [, stream = '', name = ''] = key.split('/');
        const [read, remove] = [() => this.#store.get(key), () => this.#store.remove(key)];
        return { stream, name, bytes, read, remove };
      });
  }

  async *drain(outlet: Outlet): AsyncIterable<Draining> {
    const segments = (await this.#store.list())
      .filter(({ key }) => SEGMENT.test(key) && !key.startsWith(`${SET_ASIDE}/`))
      .sort((a, b) => a.modified.getTime() - b.modified.getTime() || a.key.localeCompare(b.key));
    for (const segment of segments) yield* this.#drainSegment(segment, outlet);
  }

  async *#drainSegment({ key }: RescuedObject, { streamOf, log }: Outlet): AsyncIterable<Draining> {
    const [replica, name = ''] = key.split('/');
    const write = async (file: string, content: string | Uint8Array) => {
      const to = `${SET_ASIDE}/${name}/${file}`;
      await this.#store.put(to, Buffer.from(content));
      return to;
    };
    const bytes = await this.#store.get(key);
    const { records, bad } = walkSegment(bytes);
    const setAside = new SetAside(write, log);
    const queue = new MemoryQueue();
    for (const record of records) queue.push(record);
    const delivery = new Delivery({ source: queue, stream: streamOf(name), setAside, log });
    delivery.wake();
    try {
      yield {
        name: key,
        left: () => queue.bytes,
        delivered: () => delivery.delivered,
        setAside: () => setAside.records,
      };
    } finally {
      await delivery.close(0);
    }
    if (queue.length) return;
    for (const { offset, bytes: length, fault } of bad)
      if (fault === 'damaged')
        await setAside.keepDamage(
          bytes.subarray(offset, offset + length),
          `${replica}-${key.slice(-20, -8)}-${offset}`,
        );
    await this.#store.remove(key);
  }
}
