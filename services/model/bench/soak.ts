import { createHistogram } from 'node:perf_hooks';
import { applyLoad } from './load.ts';
import { machine, table, writeResults } from './machine.ts';
import { pinGenerator } from './pinned-process.ts';
import { KEY, startServers } from './servers.ts';

const CONNECTIONS = 64;
const SAMPLES = 20;

function secondsOf(text: string): number {
  const [, number, unit] = /^(\d+)(s|m)$/.exec(text) ?? [];
  if (!number) throw new Error(`--soak: ${text} is no time, such as 90s or 10m`);
  return Number(number) * (unit === 'm' ? 60 : 1);
}

async function gauge(port: number, name: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { 'x-api-key': KEY } });
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await answer.text())?.[1]);
}

/** Loads the server for a long time with every kind of request in turn, and looks whether anything grows. */
export async function soak(time: string): Promise<void> {
  const seconds = secondsOf(time);
  const { model, cases, stop } = await startServers();
  pinGenerator();
  const rows: string[][] = [];
  let total = 0;
  let refused = 0;
  try {
    for (let i = 1; i <= SAMPLES; i++) {
      const latencies = createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 });
      let answers = 0;
      for (const { request } of cases) {
        const load = { port: model.port, request, connections: CONNECTIONS };
        const measured = await applyLoad({ ...load, seconds: seconds / SAMPLES / cases.length }, latencies);
        // overload may be refused, where the machine has other work; nothing else may
        if (measured.refused && !measured.firstRefusal?.includes(' 503 '))
          throw new Error(`${measured.refused} refused: ${measured.firstRefusal}`);
        answers += measured.answers;
        refused += measured.refused;
      }
      total += answers;
      const row = [
        String(Math.round((seconds * i) / SAMPLES)),
        String(answers),
        (latencies.percentile(50) / 1000).toFixed(2),
        (latencies.percentile(99) / 1000).toFixed(2),
        (latencies.max / 1000).toFixed(1),
        (model.residentBytes() / 2 ** 20).toFixed(0),
        String(await gauge(model.port, 'tfjs_tensors')),
      ];
      rows.push(row);
      console.log(row.join('\t'));
    }
  } finally {
    await stop();
  }
  const head = ['second', 'answers', 'p50 ms', 'p99 ms', 'max ms', 'resident MiB', 'tensors'];
  const text = `# The model server under load for ${time}

Written by \`npm run bench -w services/model -- --soak ${time}\`: every kind of request of [the bench](model-server.md) in
turn, to both networks, at ${CONNECTIONS} connections without a pause. ${total} answers, and ${refused} refused as overload.

Machine: ${machine()}

${table(head, rows)}
`;
  await writeResults('model-server-soak.md', text, '## Notes');
}
