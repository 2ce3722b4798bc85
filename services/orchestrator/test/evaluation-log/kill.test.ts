import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { prediction } from '../../../common/test/evaluation-store/records.ts';
import { testFolder } from '../../../common/test/test-folder.ts';
import { rowsOf } from '../../../local/test/firehose/stored.ts';
import { start } from '../../../local/test/started.ts';
import { openLogOn } from './open-log-on.ts';
import { until } from './until.ts';

t.setTimeout(120_000);

const PROGRAM = fileURLToPath(new URL('./appending-process.ts', import.meta.url));
const CALLERS = 16;
const ROUNDS = 4;

/** @returns the ids that were acknowledged before the kill, which comes at some moment while it appends */
async function appendUntilKilled(t: Test, args: string[]): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', '@tristore/common/typescript.mjs', PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(child.stdout, 'data');
  const closed = once(child, 'close');
  await sleep(50 + Math.random() * 300);
  child.kill('SIGKILL');
  await closed;
  // what a kill cut in the middle was not said
  return said.split('\n').slice(0, -1);
}

for (const acknowledgement of ['disk', 'firehose'] as const)
  t.test(`SIGKILL under load, acknowledgement ${acknowledgement}: acknowledged is kept`, async (t) => {
    const dataDir = testFolder(t);
    const { clients, flush, endpoints } = await start(t, dataDir);
    const root = join(dataDir, 'spool');
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const args = [root, acknowledgement, endpoints.firehose, String(round), String(CALLERS)];
      acknowledged.push(...(await appendUntilKilled(t, args)));
    }
    t.ok(acknowledged.length > 100, `${acknowledged.length} acknowledged`);

    const log = await openLogOn(clients.firehose, { acknowledgement, root });
    await sleep(200);
    await until(() => log.backlog().bytes === 0);
    await log.close(5_000);
    await flush();
    const rows = await rowsOf(dataDir, 'prediction_records');
    const kept = new Map(rows.map((row) => [String(row['event_id']), row]));
    const asked = new Set(acknowledged);
    t.same(
      acknowledged.filter((id) => !kept.has(id)),
      [],
      'none is lost',
    );
    const more = [...kept.keys()].filter((id) => !asked.has(id));
    t.ok(more.length <= ROUNDS * CALLERS, `${more.length} that nobody was told of, of those in flight`);
    const { request_id, entity_id, probability, latency_ms } = prediction();
    for (const row of kept.values())
      if (row['request_id'] !== request_id || row['latency_ms'] !== latency_ms)
        t.match(row, { request_id, entity_id, probability, latency_ms }, 'each is complete');
  });
