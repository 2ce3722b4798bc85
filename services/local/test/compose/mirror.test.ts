import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { BUCKETS } from '@tristore/common/resources.ts';
import t from 'tap';
import { outcome, prediction } from '../../../common/test/evaluation-store/records.ts';
import { testFolder } from '../../../common/test/test-folder.ts';
import { start } from '../started.ts';

const PROGRAM = fileURLToPath(new URL('../../src/query.ts', import.meta.url));

const query = (args: string[], temporary = tmpdir()) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const command = ['--import', '@tristore/common/typescript.mjs', PROGRAM, '--compose', ...args];
    const env = { ...process.env, TMPDIR: temporary };
    execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

const lines = (...records: object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

t.test('query --compose reads the objects as an emulator’s Firehose writes them', async (t) => {
  const { clients, endpoints } = await start(t, testFolder(t));
  const put = (Key: string, Body: string) =>
    clients.s3.send(new PutObjectCommand({ Bucket: BUCKETS.evaluation, Key, Body }));
  // LocalStack takes the prefix as it is, and puts the hour of arrival behind it
  const folder = 'dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/2026/11/24/11';
  await put(
    `prediction_records/${folder}/one`,
    lines(
      prediction({ event_id: 'e1', created_at: '2026-03-24 06:30:00.123' }),
      prediction({ event_id: 'e2' }),
    ),
  );
  await put(
    `prediction_records/${folder}/two`,
    `${lines(prediction({ event_id: 'e3', created_at: '2026-03-25 07:00:00.000' }))}{"broken":\n`,
  );
  await put(`outcome_records/${folder}/one`, lines(outcome({ event_id: 'e1', outcome: 1 })));

  const sql = 'select event_id, dt, hour, features, outcome from predictions_with_outcomes order by event_id';
  const temporary = join(t.testdirName, 'temporary');
  await mkdir(temporary);
  const { code, stdout, stderr } = await query(['--endpoint', endpoints.s3, '--json', sql], temporary);
  t.equal(code, 0, stderr);
  const features = { LIMIT_BAL: 20_000, PAY_0: 2 };
  t.same(JSON.parse(stdout), [
    { event_id: 'e1', dt: '2026-03-24', hour: '06', features, outcome: 1 },
    { event_id: 'e2', dt: '2026-03-24', hour: '06', features, outcome: null },
    { event_id: 'e3', dt: '2026-03-25', hour: '07', features, outcome: null },
  ]);
  t.match(stderr, /^query: 1 records left out: Firehose's conversion would refuse them\n$/);
  const copies = (await readdir(temporary)).filter((name) => name.startsWith('tristore-'));
  t.same(copies, [], 'and leaves no copy behind');
});

t.test('what keeps it from reading is one line and exit code 1', async (t) => {
  const cases: [string[], RegExp][] = [
    [
      ['--endpoint', 'http://127.0.0.1:9'],
      /^query: S3 cannot be read at http:\/\/127\.0\.0\.1:9: .*--endpoint names another\n$/,
    ],
    [['--endpoint', 'nowhere'], /^query: --endpoint: "nowhere" is no URL\n$/],
    [['--data', 'x'], /^query: --data and --compose: one of the two\n$/],
  ];
  for (const [args, line] of cases) {
    const { code, stdout, stderr } = await query(args);
    t.equal(code, 1);
    t.equal(stdout, '');
    t.match(stderr, line);
  }
});
