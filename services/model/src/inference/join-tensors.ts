import type { NamedTensor, TensorData } from './tensor.ts';

function joinData(parts: readonly TensorData[]): TensorData {
  const [first] = parts;
  if (Array.isArray(first)) return (parts as Uint8Array[][]).flat();
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined =
    first instanceof Float32Array
      ? new Float32Array(length)
      : first instanceof Int32Array
        ? new Int32Array(length)
        : new Uint8Array(length);
  let offset = 0;
  for (const part of parts as readonly (Float32Array | Int32Array | Uint8Array)[]) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * Puts the rows of several calls one behind the other.
 * @param calls the same tensors in the same order, alike but for the first axis
 */
export function joinRows(calls: readonly (readonly NamedTensor[])[]): NamedTensor[] {
  const [first = []] = calls;
  return first.map((tensor, i) => {
    const parts = calls.map((call) => call[i] as NamedTensor);
    const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
    return {
      ...tensor,
      shape: [rows, ...tensor.shape.slice(1)],
      data: joinData(parts.map(({ data }) => data)),
    };
  });
}

/** Some of a tensor's rows; they stay in the memory that they are in. */
export function rowsOf(tensor: NamedTensor, start: number, count: number): NamedTensor {
  const { shape, data } = tensor;
  const width = data.length / (shape[0] ?? 1);
  const [from, to] = [start * width, (start + count) * width];
  return {
    ...tensor,
    shape: [count, ...shape.slice(1)],
    data: Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to),
  };
}
