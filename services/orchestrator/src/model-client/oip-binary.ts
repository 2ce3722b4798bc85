import { JSON_LENGTH_HEADER } from '@tristore/common/contracts/open-inference.ts';

const OUTPUT = 'probability';

/** One float32 row as an Open Inference Protocol request with the binary tensor extension. */
export function encodeRow(vector: Float32Array): { headers: Record<string, string>; body: Buffer } {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const json = Buffer.from(
    JSON.stringify({
      inputs: [
        {
          name: 'features',
          shape: [1, vector.length],
          datatype: 'FP32',
          parameters: { binary_data_size: bytes.length },
        },
      ],
      outputs: [{ name: OUTPUT, parameters: { binary_data: true } }],
    }),
  );
  return {
    headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(json.length) },
    body: Buffer.concat([json, bytes]),
  };
}

interface Answer {
  outputs: { name: string; datatype: string; data?: number[]; parameters?: { binary_data_size?: number } }[];
}

/** The one probability of an answer, binary or plain JSON. @throws Error where the answer holds none */
export function decodeProbability(body: Buffer, jsonLength: string | undefined): number {
  const end = jsonLength === undefined ? body.length : Number(jsonLength);
  const answer = JSON.parse(body.toString('utf8', 0, end)) as Answer;
  const output = answer.outputs.find(({ name }) => name === OUTPUT);
  if (output?.datatype !== 'FP32') throw new Error(`the answer holds no FP32 output ${OUTPUT}`);
  const probability = output.data ? output.data[0] : body.readFloatLE(end);
  if (probability === undefined || !(probability >= 0 && probability <= 1))
    throw new Error(`the answer holds no probability: ${probability}`);
  return probability;
}
