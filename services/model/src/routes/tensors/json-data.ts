import { type Shape, sizeOf, type TensorData } from '../../inference/tensor.ts';
import { show, tensorFault } from './fault.ts';
import type { Elements } from './json-elements.ts';

const at = (indices: readonly number[]) => indices.map((i) => `[${i}]`).join('');

/** Lists of lists must be as long as the shape says, before anything is allocated for them. */
function checkLists(value: unknown, shape: Shape, name: string, indices: readonly number[]): void {
  const axis = indices.length;
  if (!Array.isArray(value)) throw tensorFault(name, `data${at(indices)} is ${show(value)}, not a list`);
  if (value.length !== shape[axis])
    throw tensorFault(name, `data${at(indices)} has ${value.length} elements, not ${shape[axis]}`);
  if (axis === shape.length - 1) return;
  for (let i = 0; i < value.length; i++) {
    const inner: unknown = value[i];
    // most are sound, and of these the innermost need no look inside
    if (axis < shape.length - 2 || !Array.isArray(inner) || inner.length !== shape[axis + 1])
      checkLists(inner, shape, name, [...indices, i]);
  }
}

/** Indices of the element at a row-major place. */
function indicesOf(place: number, shape: Shape): number[] {
  const indices: number[] = [];
  let rest = place;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return indices;
}

interface Target {
  shape: Shape;
  elements: Elements;
  data: TensorData;
  name: string;
}

/** @returns the place behind the last element */
function fillLists(list: readonly unknown[], axis: number, target: Target, start: number): number {
  const { shape, elements, data, name } = target;
  if (axis < shape.length - 1) {
    let place = start;
    for (const inner of list) place = fillLists(inner as unknown[], axis + 1, target, place);
    return place;
  }
  const bad = elements.fill(list, data, start);
  if (bad >= 0)
    throw tensorFault(name, `data${at(indicesOf(start + bad, shape))} ${elements.fault(list[bad])}`);
  return start + list.length;
}

/** A row-major list. @throws TristoreError naming the tensor and the place in it */
export function flatData(
  list: readonly unknown[],
  shape: Shape,
  elements: Elements,
  name: string,
): TensorData {
  const size = sizeOf(shape);
  if (list.length !== size) throw tensorFault(name, `data has ${list.length} elements, not ${size}`);
  const data = elements.make(size);
  const bad = elements.fill(list, data, 0);
  if (bad >= 0) throw tensorFault(name, `data[${bad}] ${elements.fault(list[bad])}`);
  return data;
}

/** Lists of lists, one level for each axis. @throws TristoreError naming the tensor and the place in it */
export function nestedData(
  lists: readonly unknown[],
  shape: Shape,
  elements: Elements,
  name: string,
): TensorData {
  checkLists(lists, shape, name, []);
  const data = elements.make(sizeOf(shape));
  fillLists(lists, 0, { shape, elements, data, name }, 0);
  return data;
}
