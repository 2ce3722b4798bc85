import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spoolIn } from './log-in.ts';
import { RecordingStream } from './recording-stream.ts';
import { until } from './until.ts';

// fills a small disk while nothing can be delivered, then lets it be delivered; says what happened
const folder = join(process.argv[2] ?? '', 'records');
const stream = new RecordingStream();
stream.down = true;
const spool = spoolIn(folder, stream, 100_000_000);
const text = 'x'.repeat(10_000);
const acknowledged: number[] = [];
const refusals: { code: string; message: string }[] = [];
const append = (n: number) =>
  spool.append([{ n, text }]).then(
    () => acknowledged.push(n),
    ({ code, message }) => refusals.push({ code, message }),
  );
for (let n = 0; n < 60; n++) await append(n);
const segments = readdirSync(folder).filter((name) => name.endsWith('.segment')).length;
stream.down = false;
await until(() => spool.backlog().bytes === 0);
// there is room a moment after the last delivery, when its files are gone
const before = acknowledged.length;
for (const end = Date.now() + 10_000; acknowledged.length === before && Date.now() < end; await sleep(10))
  await append(60);
await spool.close(2_000);
const delivered = stream.taken.map((line) => JSON.parse(line).n);
process.stdout.write(JSON.stringify({ acknowledged, refusals, segments, delivered, counts: spool.counts() }));
