import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { prediction } from '../../../common/test/evaluation-store/records.ts';
import { testFolder } from '../../../common/test/test-folder.ts';
import { ReplicaLog } from '../../src/evaluation-log/replica-log.ts';
import { logIn } from './log-in.ts';
import { RecordingStream } from './recording-stream.ts';
import { until } from './until.ts';

const PROGRAM = fileURLToPath(new URL('./holding-process.ts', import.meta.url));

async function open(t: Test, root: string, stream: RecordingStream): Promise<ReplicaLog> {
  const replica = await ReplicaLog.open({
    root,
    log: pino({ level: 'silent' }),
    openSpool: logIn(stream),
    lookMs: 20,
  });
  t.teardown(() => replica.close(1_000));
  return replica;
}

/** Another replica, which holds one record that it cannot deliver. */
async function holdingProcess(t: Test, root: string, eventId: string) {
  const child = spawn(
    process.execPath,
    ['--import', '@tristore/common/typescript.mjs', PROGRAM, root, eventId],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return {
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const idsOf = (stream: RecordingStream) => stream.taken.map((text) => JSON.parse(text).event_id);

t.test('replicas on one volume: each its own folder, and the living adopt what the dead left', async (t) => {
  const root = testFolder(t);
  const other = await holdingProcess(t, root, 'of-the-other');
  const stream = new RecordingStream();
  const replica = await open(t, root, stream);
  await replica.appendPrediction(prediction({ event_id: 'mine' }));
  await until(() => stream.taken.length === 1);
  await sleep(100);
  t.same(idsOf(stream), ['mine'], 'a living replica keeps its own');
  t.equal(readdirSync(root).length, 2);

  await other.kill();
  await until(() => stream.taken.length === 2);
  t.same(idsOf(stream), ['mine', 'of-the-other']);
  await until(() => readdirSync(root).length === 1);
  t.equal(replica.backlog().bytes, 0);
});

t.test('a process that starts again takes the folder that the dead one left', async (t) => {
  const root = testFolder(t);
  const first = await holdingProcess(t, root, 'before-the-kill');
  await first.kill();
  const [folder] = readdirSync(root);
  const stream = new RecordingStream();
  const replica = await open(t, root, stream);
  await until(() => stream.taken.length === 1);
  t.same(readdirSync(root), [folder]);
  await replica.appendPrediction(prediction({ event_id: 'after' }));
  await until(() => stream.taken.length === 2);
  t.same(idsOf(stream), ['before-the-kill', 'after']);
});

t.test('what an adopted folder cannot deliver counts in the backlog, and is not deleted', async (t) => {
  const root = testFolder(t);
  const other = await holdingProcess(t, root, 'waiting');
  const stream = new RecordingStream();
  stream.down = true;
  const replica = await open(t, root, stream);
  t.equal(replica.backlog().bytes, 0);
  await other.kill();
  await until(() => replica.backlog().bytes > 0);
  await until(() => replica.backlog().failing_since !== null);
  await sleep(100);
  t.equal(readdirSync(root).length, 2);
  stream.down = false;
  await until(() => readdirSync(root).length === 1);
  t.same(idsOf(stream), ['waiting']);
});
