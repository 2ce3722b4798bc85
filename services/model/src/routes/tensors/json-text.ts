import { dtypeOf, type NamedTensor, type TensorData } from '../../inference/tensor.ts';
import { shortestDecimal } from './decimal.ts';
import { tensorFault } from './fault.ts';

/** How a protocol writes one element as JSON. */
export type WriteElement = (data: TensorData, place: number) => string;

/** JSON has no other way for a number; a number that is not finite is told by the tensor's name. */
export function finiteDecimal(name: string): WriteElement {
  return (data, place) => {
    const x = (data as Float32Array)[place] as number;
    if (!Number.isFinite(x))
      throw tensorFault(name, 'the answer is not finite: the inputs are too extreme for the model');
    return String(shortestDecimal(x));
  };
}

const integer: WriteElement = (data, place) => String(data[place]);
const boolean: WriteElement = (data, place) => (data[place] ? 'true' : 'false');
const text: WriteElement = (data, place) =>
  JSON.stringify(Buffer.from(data[place] as Uint8Array).toString('utf8'));

/** The writer of a tensor's elements; a protocol says what to do with floats and, where it differs, with strings. */
export function writerOf(
  { datatype }: NamedTensor,
  float: WriteElement,
  string: WriteElement = text,
): WriteElement {
  switch (dtypeOf(datatype)) {
    case 'float32':
      return float;
    case 'int32':
      return integer;
    case 'bool':
      return boolean;
    case 'string':
      return string;
  }
}

/** A row-major list of all elements. */
export function flatText({ data }: NamedTensor, write: WriteElement): string {
  let text = '[';
  for (let i = 0; i < data.length; i++) text += i === 0 ? write(data, i) : `,${write(data, i)}`;
  return `${text}]`;
}

/**
 * Lists of lists, one level for each axis from `axis` on; a scalar where none is left.
 * @param start place of the first element
 */
export function nestedText(tensor: NamedTensor, write: WriteElement, axis = 0, start = 0): string {
  const { shape, data } = tensor;
  const size = shape[axis];
  if (size === undefined) return write(data, start);
  let step = 1;
  for (let inner = axis + 1; inner < shape.length; inner++) step *= shape[inner] as number;
  let text = '[';
  for (let i = 0; i < size; i++) {
    if (i > 0) text += ',';
    text += nestedText(tensor, write, axis + 1, start + i * step);
  }
  return `${text}]`;
}
