import type { Outcome } from './coalescer.ts';

type Call<Item, Result> = (
  items: readonly Item[],
  signal: AbortSignal,
) => Promise<readonly Outcome<Result>[]>;

/**
 * A call that asks again in halves where the other side refuses a whole batch, until only the items that are at fault
 * fail: one bad item never fails its neighbours.
 * @param atFault whether an error may be one item's, and not the other side's own
 */
export function halving<Item, Result>(
  call: Call<Item, Result>,
  atFault: (error: unknown) => boolean,
): Call<Item, Result> {
  const halved: Call<Item, Result> = async (items, signal) => {
    try {
      return await call(items, signal);
    } catch (error) {
      if (!atFault(error) || items.length === 0) throw error;
      if (items.length === 1) return [{ error }];
      const middle = items.length >> 1;
      const first = await halved(items.slice(0, middle), signal);
      return [...first, ...(await halved(items.slice(middle), signal))];
    }
  };
  return halved;
}
