import { JSON_LENGTH_HEADER } from '@tristore/common/contracts/open-inference.ts';

/** One kind of request to one model. */
export interface Case {
  name: string;
  model: string;
  rows: number;
  request: Buffer;
}

/** The values of a client of the credit-default data, about 250 bytes of JSON with the protocol around them. */
const ROW = [20000, 2, 2, 1, 24, 2, 2, -1, -1, -2, -2, 3913, 3102, 689, 0, 0, 0, 0, 689, 0, 0, 0, 0.5];
const BATCH = 100;

/** @param headers besides those that every request has */
function post(
  path: string,
  key: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Buffer {
  const bytes = Buffer.from(body);
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'x-api-key': key,
    ...headers,
    'content-length': String(bytes.length),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), bytes]);
}

/** Rows of `width` numbers; no two alike, so that nothing can be answered twice. */
const rowsOf = (count: number, width: number): number[][] =>
  Array.from({ length: count }, (_, r) =>
    Array.from({ length: width }, (_, i) => (ROW[i % ROW.length] ?? 0) + r),
  );

const oipJson = (rows: readonly number[][], width: number) =>
  JSON.stringify({
    inputs: [{ name: 'features', shape: [rows.length, width], datatype: 'FP32', data: rows.flat() }],
  });

/** As the orchestrator and tritonclient send it: tensors in binary both ways. */
function oipBinary(rows: readonly number[][], width: number): [Buffer, Record<string, string>] {
  const floats = Float32Array.from(rows.flat());
  const json = Buffer.from(
    JSON.stringify({
      inputs: [
        {
          name: 'features',
          shape: [rows.length, width],
          datatype: 'FP32',
          parameters: { binary_data_size: floats.byteLength },
        },
      ],
      outputs: [{ name: 'probability', parameters: { binary_data: true } }],
    }),
  );
  return [
    Buffer.concat([json, new Uint8Array(floats.buffer)]),
    { [JSON_LENGTH_HEADER]: String(json.length) },
  ];
}

/** The single-row JSON that the echo gives back. */
export const echoRequest = (key: string): Buffer =>
  post('/', key, oipJson(rowsOf(1, ROW.length), ROW.length));

/** What is measured of one model. @param width of its one input */
export function casesOf(model: string, width: number, key: string): Case[] {
  return [1, BATCH].flatMap((rows) => {
    const data = rowsOf(rows, width);
    const infer = `/v2/models/${model}/infer`;
    const label = rows === 1 ? 'one row' : `${rows} rows`;
    const of = (name: string, request: Buffer): Case => ({ name: `${name}, ${label}`, model, rows, request });
    return [
      of('OIP JSON', post(infer, key, oipJson(data, width))),
      of('OIP binary', post(infer, key, ...oipBinary(data, width))),
      of('TF Serving', post(`/v1/models/${model}:predict`, key, JSON.stringify({ instances: data }))),
    ];
  });
}
