import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { EVALUATION_TABLES } from '@tristore/common/resources.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import type { Endpoints } from '../../src/embedded.ts';
import { clientsOf, start } from '../started.ts';
import { rowsOf } from './stored.ts';

const CALLERS = 8;
const ENOUGH = 200;
const DeliveryStreamName = EVALUATION_TABLES.prediction_records.stream;
const recordOf = (event_id: string) => ({
  Data: Buffer.from(`${JSON.stringify({ event_id, created_at: '2026-03-04 05:06:07.089' })}\n`),
});

/** Puts from several callers at once, and goes on while the process is killed. @returns what was acknowledged */
async function putUntilKilled(child: ChildProcess, endpoints: Endpoints): Promise<Set<string>> {
  const { firehose } = clientsOf(endpoints);
  const acknowledged = new Set<string>();
  let next = 0;
  const caller = async () => {
    for (;;) {
      const ids = [`e${next++}`, `e${next++}`];
      await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: ids.map(recordOf) }));
      for (const id of ids) acknowledged.add(id);
      if (acknowledged.size >= ENOUGH) child.kill('SIGKILL');
    }
  };
  await Promise.allSettled(Array.from({ length: CALLERS }, caller));
  firehose.destroy();
  return acknowledged;
}

t.test('of many writers that a SIGKILL interrupts, none loses what was acknowledged', async (t) => {
  const dataDir = testFolder(t);
  const child = fork(new URL('embedded-process.ts', import.meta.url), [dataDir], {
    execArgv: ['--import', '@tristore/common/typescript.mjs'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [endpoints] = (await once(child, 'message')) as [Endpoints];
  const gone = once(child, 'exit');
  const acknowledged = await putUntilKilled(child, endpoints);
  t.match(await gone, [null, 'SIGKILL']);
  t.ok(acknowledged.size >= ENOUGH);

  await (await start(t, dataDir)).close();
  const found = (await rowsOf(dataDir, 'prediction_records')).map(({ event_id }) => String(event_id));
  const there = new Set(found);
  t.same(
    [...acknowledged].filter((id) => !there.has(id)),
    [],
    'none is lost',
  );
  t.equal(there.size, found.length, 'none is there twice');
});
