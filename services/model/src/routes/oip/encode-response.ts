import type { NamedTensor } from '../../inference/tensor.ts';
import { encodeBinary } from '../tensors/binary-data.ts';
import { finiteDecimal, flatText, writerOf } from '../tensors/json-text.ts';

/** The answer's JSON and, where the client wants tensors in binary, the bytes that follow it. */
export interface Encoded {
  json: string;
  tail: readonly Uint8Array[];
}

/**
 * Writes the answer's text by hand: a serializer would first want the numbers as a list.
 * @param binary whether the output at a place goes behind the JSON
 * @throws TristoreError for a JSON answer that is not finite (in the binary form NaN passes, so that one extreme row
 *   does not spoil its batch)
 */
export function encodeResponse(
  outputs: readonly NamedTensor[],
  { model, version, id }: { model: string; version: string; id: string | undefined },
  binary: (place: number) => boolean,
): Encoded {
  const tail: Uint8Array[] = [];
  let json = `{"model_name":${JSON.stringify(model)},"model_version":${JSON.stringify(version)}`;
  if (id !== undefined) json += `,"id":${JSON.stringify(id)}`;
  json += ',"outputs":[';
  for (const [place, output] of outputs.entries()) {
    const { name, shape, datatype, data } = output;
    json += `${place === 0 ? '' : ','}{"name":${JSON.stringify(name)},"shape":[${shape}],"datatype":"${datatype}",`;
    if (binary(place)) {
      const bytes = encodeBinary(datatype, data);
      json += `"parameters":{"binary_data_size":${bytes.length}}}`;
      tail.push(bytes);
    } else json += `"data":${flatText(output, writerOf(output, finiteDecimal(`output "${name}"`)))}}`;
  }
  return { json: `${json}]}`, tail };
}
