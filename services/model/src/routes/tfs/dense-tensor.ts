import type { NamedTensor, TensorSpec } from '../../inference/tensor.ts';
import { checkShape } from '../tensors/check-shape.ts';
import { flatData, nestedData } from '../tensors/json-data.ts';
import { elementsOf } from '../tensors/json-elements.ts';

/** Deeper than any tensor that a model takes; the shape is then wrong in any case. */
const MAX_AXES = 16;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{"b64": "…"}` and nothing else is one element of BYTES. */
export const isBase64 = (value: unknown): value is { b64: string } =>
  isObject(value) && typeof value['b64'] === 'string' && Object.keys(value).length === 1;

function decodeBase64({ b64 }: { b64: string }): Uint8Array | undefined {
  let end = b64.length;
  while (end > 0 && b64[end - 1] === '=') end--;
  const bytes = Buffer.from(b64, 'base64');
  // Buffer passes over what is not base64
  return bytes.length === Math.floor((end * 3) / 4) ? bytes : undefined;
}

/** NaN and the infinities have tokens; a string is its UTF-8, or what base64 says. */
export const elements = elementsOf({
  nonFinite: true,
  bytes: (value) =>
    typeof value === 'string'
      ? Buffer.from(value, 'utf8')
      : isBase64(value)
        ? decodeBase64(value)
        : undefined,
});

/** The shape that a dense tensor of lists in lists has by its first elements. */
function shapeOf(value: unknown): number[] {
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner) && shape.length < MAX_AXES; inner = inner[0])
    shape.push(inner.length);
  return shape;
}

/** Lists in lists, or a scalar, as a tensor. @throws TristoreError naming the input and the place in it */
export function denseTensor(value: unknown, spec: TensorSpec): NamedTensor {
  const { name, datatype } = spec;
  const input = `input "${name}"`;
  const shape = shapeOf(value);
  checkShape(shape, spec, input);
  const data = Array.isArray(value)
    ? nestedData(value, shape, elements(datatype), input)
    : flatData([value], shape, elements(datatype), input);
  return { name, datatype, shape, data };
}
