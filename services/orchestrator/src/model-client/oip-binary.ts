import { JSON_LENGTH_HEADER } from '@tristore/common/contracts/open-inference.ts';
import type { ModelAnswer } from './model-client.ts';

const OUTPUT = 'probability';
const REASONS = 'reasons';

/** Float32 rows of one length as an Open Inference Protocol request with the binary tensor extension. */
export function encodeRows(
  rows: readonly Float32Array[],
  explain: boolean,
): { headers: Record<string, string>; body: Buffer } {
  const parts = rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength));
  const bytes = parts.reduce((total, part) => total + part.length, 0);
  const json = Buffer.from(
    JSON.stringify({
      ...(explain && { parameters: { explain: true } }),
      inputs: [
        {
          name: 'features',
          shape: [rows.length, rows[0]?.length ?? 0],
          datatype: 'FP32',
          parameters: { binary_data_size: bytes },
        },
      ],
      outputs: [
        { name: OUTPUT, parameters: { binary_data: true } },
        // texts are few and short: as JSON they are read faster
        ...(explain ? [{ name: REASONS, parameters: { binary_data: false } }] : []),
      ],
    }),
  );
  return {
    headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(json.length) },
    body: Buffer.concat([json, ...parts]),
  };
}

interface Output {
  name: string;
  datatype: string;
  shape?: number[];
  data?: unknown[];
  parameters?: { binary_data_size?: number };
}

/** The answers for `count` rows, binary or plain JSON. @throws Error where the body does not hold them */
export function decodeRows(body: Buffer, jsonLength: string | undefined, count: number): ModelAnswer[] {
  const end = jsonLength === undefined ? body.length : Number(jsonLength);
  const { outputs } = JSON.parse(body.toString('utf8', 0, end)) as { outputs: Output[] };
  const probabilities = probabilitiesIn(outputs, body.subarray(end));
  if (probabilities.length !== count)
    throw new Error(`the answer holds ${probabilities.length} probabilities for ${count} rows`);
  const reasons = reasonsIn(outputs, count);
  return probabilities.map((probability, i) => {
    if (!(probability >= 0 && probability <= 1))
      throw new Error(`the answer holds no probability: ${probability}`);
    return { probability, reasons: reasons[i] ?? [] };
  });
}

function probabilitiesIn(outputs: readonly Output[], tail: Buffer): number[] {
  const output = outputs.find(({ name }) => name === OUTPUT);
  if (output?.datatype !== 'FP32') throw new Error(`the answer holds no FP32 output ${OUTPUT}`);
  if (output.data) return output.data as number[];
  // it is the only output that was asked for in binary
  const size = output.parameters?.binary_data_size ?? 0;
  return Array.from({ length: size / 4 }, (_, i) => tail.readFloatLE(i * 4));
}

function reasonsIn(outputs: readonly Output[], count: number): string[][] {
  const data = outputs.find(({ name }) => name === REASONS)?.data as string[] | undefined;
  if (!data) return [];
  const width = data.length / count;
  return Array.from({ length: count }, (_, i) => data.slice(i * width, (i + 1) * width).filter(Boolean));
}
