import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

const THROTTLED = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
  message: 'slow down',
});

/** Stands before a DynamoDB and refuses every other call, as one that is throttled does. */
export async function throttling(t: Test, target: string) {
  const state = { refused: 0 };
  let turn = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const type = { 'content-type': 'application/x-amz-json-1.0' };
    if (++turn % 2) {
      state.refused++;
      response.writeHead(400, type).end(THROTTLED);
      return;
    }
    const { 'x-amz-target': operation, authorization, 'x-amz-date': date } = request.headers;
    const answer = await fetch(target, {
      method: 'POST',
      headers: {
        ...type,
        'x-amz-target': String(operation),
        authorization: String(authorization),
        'x-amz-date': String(date),
      },
      body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status, type).end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
