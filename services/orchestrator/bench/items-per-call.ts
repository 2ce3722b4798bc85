import { KEY } from './requests.ts';

type Counts = Map<string, { calls: number; items: number }>;

/** How many items the calls of an orchestrator carried so far, by what was called. */
export async function callCounts(port: number): Promise<Counts> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { 'x-api-key': KEY } });
  const counts: Counts = new Map();
  const lines = (await answer.text()).matchAll(
    /^dependency_(calls|call_items)_total\{dependency="(\w+)"\} (\d+)$/gm,
  );
  for (const [, kind, name = '', value] of lines) {
    const known = counts.get(name) ?? { calls: 0, items: 0 };
    counts.set(name, { ...known, [kind === 'calls' ? 'calls' : 'items']: Number(value) });
  }
  return counts;
}

/** Items a call between two counts, in words. */
export const itemsPerCall = (before: Counts, after: Counts): string =>
  [...after]
    .map(([name, { calls, items }]) => {
      const { calls: callsBefore, items: itemsBefore } = before.get(name) ?? { calls: 0, items: 0 };
      return `${name} ${((items - itemsBefore) / (calls - callsBefore)).toFixed(1)}`;
    })
    .join(', ');
