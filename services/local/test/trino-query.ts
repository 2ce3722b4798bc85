import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../common/test/free-port.ts';

/** The program that starts a Trino; `TRINO_TOOL` names another. */
export const TRINO_TOOL =
  process.env['TRINO_TOOL'] ?? fileURLToPath(new URL('../../../../shared/tools/trino.sh', import.meta.url));

export const hasTrino = (): boolean => existsSync(TRINO_TOOL);

/** The optimising compiler pays off after minutes; this server lives for half of one. */
const SHORT_LIVED = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/** Takes no pipe: the server that it leaves behind would hold it open. */
async function run(...args: string[]): Promise<void> {
  const env = { ...process.env, JAVA_TOOL_OPTIONS: SHORT_LIVED };
  const [code] = await once(spawn('bash', [TRINO_TOOL, ...args], { stdio: 'ignore', env }), 'exit');
  if (code !== 0) throw new Error(`${TRINO_TOOL} ${args.join(' ')}: exit code ${code}`);
}

interface Page {
  columns?: { name: string; type: string }[];
  data?: unknown[][];
  nextUri?: string;
  error?: { message: string };
}

/** Trino over its own HTTP protocol: rows as JSON, maps as objects, JSON as what it holds, timestamps as text. */
export async function startTrino(folder: string) {
  const port = await freePort();
  const start = () => run('start', '--port', String(port), '--folder', folder);
  // on a machine with much other work the JVM was seen to end before it said a word
  await start().catch(start);
  const page = async (url: string, init?: RequestInit) => (await (await fetch(url, init)).json()) as Page;
  return {
    async query(sql: string, schema = 'default'): Promise<Record<string, unknown>[]> {
      const headers = { 'x-trino-user': 'test', 'x-trino-catalog': 'hive', 'x-trino-schema': schema };
      let current = await page(`http://127.0.0.1:${port}/v1/statement`, {
        method: 'POST',
        headers,
        body: sql,
      });
      let columns = current.columns;
      const rows: unknown[][] = [];
      while (current.nextUri) {
        current = await page(current.nextUri, { headers });
        columns ??= current.columns;
        rows.push(...(current.data ?? []));
      }
      if (current.error) throw new Error(`${current.error.message}\n${sql}`);
      const held = (value: unknown, type: string | undefined) =>
        type === 'json' && typeof value === 'string' ? JSON.parse(value) : value;
      return rows.map((row) =>
        Object.fromEntries(row.map((value, i) => [columns?.[i]?.name, held(value, columns?.[i]?.type)])),
      );
    },
    async stop() {
      await run('stop');
    },
  };
}
