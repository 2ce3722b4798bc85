import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { runOn, startStore } from './store.ts';

type Batch = Record<string, unknown[]>;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

/** DynamoDB as it is when it has little to spare: of a batch it takes ten items, and it may stop answering. */
async function startScarce(t: Test, endpoint: string) {
  const seen = { batches: 0, failWrites: false };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const target = String(request.headers['x-amz-target']);
    if (seen.failWrites && /Put|Batch/.test(target)) {
      const refusal = {
        __type: 'com.amazonaws.dynamodb.v20120810#AccessDeniedException',
        message: 'not yours',
      };
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(refusal));
      return;
    }
    const batch = target.endsWith('BatchWriteItem')
      ? Object.entries((JSON.parse(body) as { RequestItems: Batch }).RequestItems)
      : [];
    const forward = (sent: string) =>
      fetch(endpoint, {
        method: 'POST',
        body: sent,
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': target,
          authorization: String(request.headers.authorization),
          'x-amz-date': String(request.headers['x-amz-date']),
        },
      });
    if (!batch.length) {
      const answer = await forward(body);
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(await answer.text());
      return;
    }
    seen.batches++;
    const taken = Object.fromEntries(batch.map(([table, items]) => [table, items.slice(0, 10)]));
    const left = Object.fromEntries(
      batch.flatMap(([table, items]) => (items.length > 10 ? [[table, items.slice(10)]] : [])),
    );
    const answer = await forward(JSON.stringify({ RequestItems: taken }));
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ ...((await answer.json()) as object), UnprocessedItems: left }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

t.test('items that --replace finds unprocessed are written again, alone', async (t) => {
  const { folder, endpoint, read } = await startStore(t);
  const scarce = await startScarce(t, endpoint);
  const path = join(folder, 'people.csv');
  await writeFile(path, `id,income\n${Array.from({ length: 25 }, (_, i) => `${i},${i}\n`).join('')}`);
  const { code, stderr } = await runOn(scarce.endpoint, 'import', path, '--view', 'people', '--replace');
  t.equal(code, 0, stderr);
  t.equal(scarce.seen.batches, 3, '10, 10 and 5');
  for (const id of ['0', '10', '24']) t.same((await read(id))?.values, { income: Number(id) });
});

for (const mode of [[], ['--replace']])
  t.test(`a store that refuses in the middle: ${mode.join() || 'conditional writes'}`, async (t) => {
    const { folder, endpoint, read } = await startStore(t);
    const scarce = await startScarce(t, endpoint);
    const path = join(folder, 'people.csv');
    await writeFile(path, 'id,income\n1,1\n2,2\n');
    scarce.seen.failWrites = true;
    const args = ['import', path, '--view', 'people', ...mode];
    const { code, stderr } = await runOn(scarce.endpoint, ...args);
    t.equal(code, 1);
    t.match(stderr, /not yours; 0 of 2 rows are in, and the same command goes on from there\n$/);
    t.notMatch(stderr, /\n {4}at /, 'no stack');
    scarce.seen.failWrites = false;
    t.equal((await runOn(scarce.endpoint, ...args)).code, 0);
    t.same((await read('2'))?.values, { income: 2 });
    await t.rejects(readFile(`${path}.people.progress`));
  });
