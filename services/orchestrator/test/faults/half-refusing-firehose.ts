import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

interface Batch {
  Records: object[];
}
interface Answer {
  FailedPutCount: number;
  RequestResponses: object[];
}

/** Stands before a Firehose and hands it every other record only, as one that is throttled does; the rest it refuses. */
export async function halfRefusing(t: Test, target: string) {
  const state = { refusing: true, refused: 0 };
  let turn = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const headers = {
      'content-type': String(request.headers['content-type']),
      'x-amz-target': String(request.headers['x-amz-target']),
    };
    const forward = (body: string) => fetch(target, { method: 'POST', headers, body });
    const batch = JSON.parse(text) as Batch;
    const passes = batch.Records.map(() => !state.refusing || ++turn % 2 === 0);
    const passed = batch.Records.filter((_, i) => passes[i]);
    let taken: Answer = { FailedPutCount: 0, RequestResponses: [] };
    if (passed.length) {
      const answer = await forward(JSON.stringify({ ...batch, Records: passed }));
      taken = (await answer.json()) as Answer;
    }
    let next = 0;
    const RequestResponses = passes.map((pass) =>
      pass
        ? taken.RequestResponses[next++]
        : { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'slow down' },
    );
    const refused = passes.filter((pass) => !pass).length;
    state.refused += refused;
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ FailedPutCount: taken.FailedPutCount + refused, RequestResponses }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
