// DynamoDB and Firehose in one process, as far as the bench needs them: every call takes 4 ms, one in a hundred 50 ms.

import { createServer } from 'node:http';
import { hashKey } from '@tristore/common/auth/hash-key.ts';
import { SCOPES } from '@tristore/common/auth/principal.ts';
import { KEY } from './requests.ts';

const DELAY_MS = 4;
const SLOW_MS = 50;
const SLOW_EVERY = 100;

interface Key {
  pk: { S: string };
}
interface Body {
  TableName?: string;
  Key?: Key;
  RequestItems?: Record<string, { Keys: Key[] }>;
  Records?: unknown[];
}

const values = new Map<string, string>();
const now = new Date().toISOString();

/** Values of a client, the same each time: those of the view's columns, which the environment names. */
const COLUMNS: Record<string, Record<string, number>> = JSON.parse(process.env['BENCH_VIEWS'] ?? '{}');
function valuesOf(pk: string): string {
  let known = values.get(pk);
  if (known === undefined) {
    known = JSON.stringify(COLUMNS[pk.split('#')[0] ?? ''] ?? {});
    values.set(pk, known);
  }
  return known;
}

const API_KEY = {
  pk: { S: `api-key#${hashKey(KEY)}` },
  name: { S: 'bench' },
  scopes: { SS: [...SCOPES] },
  // counted like any key's requests, and never reached
  requests_per_minute: { N: '100000000' },
};
const itemOf = ({ pk }: Key) =>
  pk.S.startsWith('api-key#')
    ? API_KEY
    : { pk, values: { S: valuesOf(pk.S) }, event_time: { S: now }, written_at: { S: now } };

function answerTo(target: string, { Key: key, RequestItems, Records = [] }: Body): object {
  if (target.endsWith('.GetItem')) return { Item: key && itemOf(key) };
  if (target.endsWith('.BatchGetItem'))
    return {
      Responses: Object.fromEntries(
        Object.entries(RequestItems ?? {}).map(([table, { Keys }]) => [table, Keys.map(itemOf)]),
      ),
      UnprocessedKeys: {},
    };
  if (target.endsWith('.PutRecord')) return { RecordId: 'r' };
  return { FailedPutCount: 0, RequestResponses: Records.map(() => ({ RecordId: 'r' })) };
}

let calls = 0;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const target = String(request.headers['x-amz-target'] ?? '');
  const body = Buffer.from(
    JSON.stringify(answerTo(target, target ? JSON.parse(Buffer.concat(chunks).toString()) : {})),
  );
  const type = target.startsWith('Firehose') ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0';
  setTimeout(
    () => response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body),
    ++calls % SLOW_EVERY === 0 ? SLOW_MS : DELAY_MS,
  );
});
server.keepAliveTimeout = 600_000;
server.listen(Number(process.argv[2]), '127.0.0.1');
