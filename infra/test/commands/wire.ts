import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

export interface Asked {
  /** Of the query protocol's `Action`, or of JSON's target. */
  operation: string;
  /** Parameters of the query protocol. */
  form: URLSearchParams;
  request: IncomingMessage;
  body: string;
}
export interface Answer {
  status?: number;
  type?: string;
  body: string;
}

/** A server on loopback that speaks as much of an AWS protocol as `answer` does; closed with the test. */
export async function onTheWire(t: Test, answer: (asked: Asked) => Answer) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const form = new URLSearchParams(body);
    const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const one = { operation: target ?? form.get('Action') ?? '', form, request, body };
    asked.push(one);
    const { status = 200, type = 'text/xml', body: text } = answer(one);
    response.writeHead(status, { 'content-type': type }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** An answer of the query protocol. */
export const xml = (operation: string, result: string): Answer => ({
  body: `<${operation}Response xmlns="https://aws.example/"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${operation}Response>`,
});
export const xmlError = (code: string, message: string, status = 400): Answer => ({
  status,
  body: `<ErrorResponse xmlns="https://aws.example/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});

export const ACCOUNT = '123456789012';
const ARN = `arn:aws:iam::${ACCOUNT}:user/an-engineer`;
const IDENTITY = `<Arn>${ARN}</Arn><UserId>AIDA</UserId><Account>${ACCOUNT}</Account>`;

/** STS and SSM of an account that is prepared for CDK, unless told otherwise. */
export const account =
  ({ version = '30', fault }: { version?: string | undefined; fault?: Answer } = {}) =>
  ({ operation }: Asked): Answer => {
    if (operation === 'GetCallerIdentity') return fault ?? xml(operation, IDENTITY);
    const type = 'application/x-amz-json-1.1';
    return version === ''
      ? { status: 400, type, body: JSON.stringify({ __type: 'ParameterNotFound' }) }
      : { type, body: JSON.stringify({ Parameter: { Name: 'version', Value: version } }) };
  };
