export const KEY = 'key-of-the-bench';

/** So many clients ask in turn that no two of one batch are the same. */
const CLIENTS = 5_000;

/** A whole HTTP request with a JSON body. */
export function post(path: string, body: object, headers: Record<string, string> = {}): Buffer {
  const json = JSON.stringify(body);
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(json)),
    'x-api-key': KEY,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${json}`);
}

/** Predictions for many clients. */
export const predictionRequests = (model: string): Buffer[] =>
  Array.from({ length: CLIENTS }, (_, i) =>
    post('/v1/predictions', { model: { model_name: model }, client: { id: `client-${i}` } }),
  );
