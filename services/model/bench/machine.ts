import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { PINNING } from './pinned-process.ts';

const PAGES = new URL('../../../docs/benchmarks/', import.meta.url);

/**
 * What a result was measured on, as one line.
 * @param loaded whether servers were measured beside a load generator
 */
export function machine(loaded = true): string {
  const cores = cpus();
  const pinned = !PINNING
    ? 'nothing pinned to a core: no `taskset`, or one core only'
    : loaded
      ? 'servers pinned to one core, the load generator to the rest'
      : 'one process at a time';
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0] ?? 0;
  // the two that are measured are a load of two at most
  const disturbed =
    load > cores.length + 2
      ? ' **Other processes took much of this machine: only what is counted in CPU time says much.**'
      : '';
  return `${cores[0]?.model.trim()}, ${cores.length} cores, ${memory} GiB, Node ${process.versions.node}, ${process.platform}; ${pinned}; load average at the end ${load.toFixed(1)}.${disturbed}`;
}

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/**
 * Writes a page of results over the last one; from the heading `keepFrom` on it is written by hand, and stays.
 * @param name of the file in docs/benchmarks/
 */
export async function writeResults(name: string, text: string, keepFrom: string): Promise<void> {
  await mkdir(PAGES, { recursive: true });
  const page = new URL(name, PAGES);
  const last = await readFile(page, 'utf8').catch(() => '');
  const kept = last.indexOf(`\n${keepFrom}\n`);
  await writeFile(page, `${text.trim()}\n${kept === -1 ? '' : last.slice(kept)}`);
  console.log(`written: docs/benchmarks/${name}`);
}
