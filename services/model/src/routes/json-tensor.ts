import { TristoreError } from '@tristore/common/errors.ts';

/** A fault of one tensor of a request; the message begins with its name. */
export function tensorFault(name: string, problem: string): TristoreError {
  return new TristoreError('invalid_request', `${name}: ${problem}`, { details: [{ field: name, problem }] });
}

const show = (value: unknown) => (JSON.stringify(value) ?? 'undefined').slice(0, 40);

function float(value: unknown, name: string, path: string): number {
  if (typeof value !== 'number') throw tensorFault(name, `${path} is ${show(value)}, not a number`);
  if (!Number.isFinite(Math.fround(value))) throw tensorFault(name, `${path} is not a finite FP32 number`);
  return value;
}

/** Nested rows, `rows` of `width`. @throws TristoreError naming the tensor and the place in it */
export function nestedFloats(
  data: readonly unknown[],
  rows: number,
  width: number,
  name: string,
): Float32Array {
  if (data.length !== rows) throw tensorFault(name, `data has ${data.length} rows, not ${rows}`);
  const floats = new Float32Array(rows * width);
  for (const [r, row] of data.entries()) {
    if (!Array.isArray(row)) throw tensorFault(name, `data[${r}] is ${show(row)}, not a row of numbers`);
    if (row.length !== width) throw tensorFault(name, `data[${r}] has ${row.length} numbers, not ${width}`);
    for (let c = 0; c < width; c++) floats[r * width + c] = float(row[c], name, `data[${r}][${c}]`);
  }
  return floats;
}

/** A row-major list. @throws TristoreError naming the tensor and the place in it */
export function flatFloats(data: readonly unknown[], size: number, name: string): Float32Array {
  if (data.length !== size) throw tensorFault(name, `data has ${data.length} numbers, not ${size}`);
  const floats = new Float32Array(size);
  for (let i = 0; i < size; i++) floats[i] = float(data[i], name, `data[${i}]`);
  return floats;
}

/**
 * The shortest decimal that is this float32: 0.1, not 0.10000000149011612.
 * @throws TristoreError where it is not finite, which JSON cannot say
 */
export function shortestDecimal(x: number, name: string): number {
  if (!Number.isFinite(x))
    throw tensorFault(name, 'the answer is not finite: the inputs are too extreme for the model');
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(x.toPrecision(digits));
    if (Math.fround(decimal) === x) return decimal;
  }
  return Number(x.toPrecision(9));
}
