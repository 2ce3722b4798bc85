import type { Field } from './field.ts';
import { type Accuracy, type Answers, type Places, pathIntegral } from './path-integral.ts';

/** Points of one execution: bounds its memory, and the time for which other requests wait. */
const SLICE = 64;
/** Rows whose points share executions. */
const TOGETHER = 8;

/** Lets other requests have their turn. */
type Pause = () => Promise<void>;

async function inSlices(
  points: Float32Array,
  width: number,
  compute: (points: Float32Array) => Float32Array,
  pause: Pause,
): Promise<Float32Array[]> {
  const answers: Float32Array[] = [];
  for (let at = 0; at < points.length; at += SLICE * width) {
    answers.push(compute(points.subarray(at, at + SLICE * width)));
    await pause();
  }
  return answers;
}

/** F at each of the rows [n, width]. */
export async function valuesOf(
  field: Field,
  rows: Float32Array,
  width: number,
  pause: Pause,
): Promise<Float32Array> {
  const answer = new Float32Array(rows.length / width);
  for (const [i, slice] of (await inSlices(rows, width, field.values, pause)).entries())
    answer.set(slice, i * SLICE);
  return answer;
}

async function gradientsOf(field: Field, points: Float32Array, width: number, pause: Pause) {
  const slices = await inSlices(points, width, field.gradients, pause);
  return slices.flatMap((slice) =>
    Array.from({ length: slice.length / width }, (_, i) => slice.subarray(i * width, (i + 1) * width)),
  );
}

/** One row on its way from the reference. */
interface Walk {
  row: number;
  way: Float64Array;
  integral: Generator<Places, Float64Array, Answers>;
  places: Places;
}

/** The points of all walks' places, row-major. */
function pointsOf(walks: readonly Walk[], kind: keyof Places, reference: Float32Array): Float32Array {
  const width = reference.length;
  const points = new Float32Array(walks.reduce((sum, { places }) => sum + places[kind].length, 0) * width);
  let at = 0;
  for (const { way, places } of walks)
    for (const place of places[kind])
      for (let i = 0; i < width; i++, at++)
        points[at] = (reference[i] as number) + place * (way[i] as number);
  return points;
}

/** Brings walks that start together to their end; each round's points go in as few executions as slices allow. */
async function walkTogether(
  field: Field,
  reference: Float32Array,
  starting: readonly Omit<Walk, 'places'>[],
  pause: Pause,
): Promise<Float64Array[]> {
  const done: Float64Array[] = [];
  let walks: Walk[] = [];
  const proceed = (
    walk: Omit<Walk, 'places'>,
    { done: isDone, value }: IteratorResult<Places, Float64Array>,
  ) => {
    if (isDone) done[walk.row] = value;
    else walks.push({ ...walk, places: value });
  };
  for (const walk of starting) proceed(walk, walk.integral.next());
  while (walks.length > 0) {
    const current = walks;
    const values = await valuesOf(field, pointsOf(current, 'values', reference), reference.length, pause);
    const points = pointsOf(current, 'gradients', reference);
    const gradients = await gradientsOf(field, points, reference.length, pause);
    walks = [];
    let [v, g] = [0, 0];
    for (const walk of current) {
      const { places, integral } = walk;
      const answers = {
        values: values.subarray(v, v + places.values.length),
        gradients: gradients.slice(g, g + places.gradients.length),
      };
      v += places.values.length;
      g += places.gradients.length;
      proceed(walk, integral.next(answers));
    }
  }
  return done;
}

/**
 * Integrated gradients of many rows by quadrature, some rows at a time.
 * @param rows [n, width]
 * @param ends F at the reference, and at each row
 * @returns attributions of each row
 */
export async function integrateRows(
  field: Field,
  rows: Float32Array,
  reference: Float32Array,
  ends: { readonly reference: number; readonly rows: Float32Array },
  accuracy: Accuracy,
  pause: Pause,
): Promise<Float64Array[]> {
  const width = reference.length;
  const attributions: Float64Array[] = [];
  for (let first = 0; first < ends.rows.length; first += TOGETHER) {
    const group = Array.from(ends.rows.subarray(first, first + TOGETHER), (end, row) => {
      const vector = rows.subarray((first + row) * width, (first + row + 1) * width);
      const way = Float64Array.from(vector, (x, i) => x - (reference[i] as number));
      return { row, way, integral: pathIntegral(way, [ends.reference, end], accuracy) };
    });
    attributions.push(...(await walkTogether(field, reference, group, pause)));
  }
  return attributions;
}
