import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PutRecordCommand } from '@aws-sdk/client-firehose';
import t, { type Test } from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { start } from '../started.ts';
import { keysOf, rowsOf } from './stored.ts';

const PROGRAM = fileURLToPath(new URL('put-and-wait.ts', import.meta.url));
const text = (event_id: string) => JSON.stringify({ event_id, created_at: '2026-03-04 05:06:07.089' });
const bufferOf = (dataDir: string) => join(dataDir, 'firehose', 'prediction-records');

/** A process that put a record into the folder, and was killed right after the acknowledgement. */
async function putAndKill(t: Test, dataDir: string, event_id: string): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', '@tristore/common/typescript.mjs', PROGRAM, dataDir, text(event_id)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  t.teardown(() => child.kill('SIGKILL'));
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  child.kill('SIGKILL');
  t.equal(String(said), 'acknowledged\n');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

t.test('after SIGKILL the next start delivers what was acknowledged, once', async (t) => {
  const dataDir = testFolder(t);
  await putAndKill(t, dataDir, 'acknowledged');
  t.same(keysOf(dataDir, 'prediction_records'), [], 'not delivered before');
  for (const file of readdirSync(bufferOf(dataDir)))
    appendFileSync(join(bufferOf(dataDir), file), '{"at":"2026-03-04T05:06:07.089Z","da');

  // put before anything is flushed: a torn last line must not swallow it
  const next = await start(t, dataDir);
  const Record = { Data: Buffer.from(text('put by the next')) };
  await next.clients.firehose.send(
    new PutRecordCommand({ DeliveryStreamName: 'prediction-records', Record }),
  );
  await next.flush();
  await next.close();
  const third = await start(t, dataDir);
  await third.flush();
  t.same(
    (await rowsOf(dataDir, 'prediction_records')).map(({ event_id }) => event_id),
    ['acknowledged', 'put by the next'],
  );
});

t.test('the next start needs no put and no flush to deliver it', async (t) => {
  const dataDir = testFolder(t);
  await putAndKill(t, dataDir, 'left');
  await start(t, dataDir, 0.1);
  for (const end = Date.now() + 10_000; Date.now() < end; await wait(20))
    if (keysOf(dataDir, 'prediction_records').length) break;
  t.match(await rowsOf(dataDir, 'prediction_records'), [{ event_id: 'left' }]);
});

t.test('a delivery that a crash cut off is repeated over the same object', async (t) => {
  const dataDir = testFolder(t, { kept: {} });
  const first = await start(t, dataDir);
  for (const record of [text('a'), 'refused'])
    await first.clients.firehose.send(
      new PutRecordCommand({
        DeliveryStreamName: 'prediction-records',
        Record: { Data: Buffer.from(record) },
      }),
    );
  cpSync(bufferOf(dataDir), join(dataDir, 'kept'), { recursive: true });
  await first.close();
  const delivered = keysOf(dataDir, '');
  t.equal(delivered.length, 2, 'one of rows, one of what was refused');
  t.same(readdirSync(bufferOf(dataDir)), [], 'the buffer is empty');

  // as if the process had died after the object was there and before the buffer was emptied
  cpSync(join(dataDir, 'kept'), bufferOf(dataDir), { recursive: true });
  const second = await start(t, dataDir);
  await second.flush();
  t.same(keysOf(dataDir, ''), delivered);
  t.match(await rowsOf(dataDir, 'prediction_records'), [{ event_id: 'a' }]);
});
