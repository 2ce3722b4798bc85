import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { auc } from '@tristore/common/statistics/auc.ts';
import { binOf, quantileEdges } from '@tristore/common/statistics/histogram.ts';
import type { Dataset } from '../dataset/dataset.ts';

type Fairness = Manifest['metrics']['fairness'];

/** A protected column with more values than this is sliced at its quartiles. */
const MAX_SLICES = 12;

/** Which slice a value belongs to, by name. */
function slicerOf(dataset: Dataset, column: string, values: Float64Array): (value: number) => string {
  const words = dataset.vocabularies[column];
  if (words) return (value) => words[value - 1] ?? '(unseen)';
  const known = values.filter((value) => !Number.isNaN(value));
  if (new Set(known).size <= MAX_SLICES) return String;
  const edges = quantileEdges(known, 4);
  const names = edges.map((edge, i) => (i === 0 ? `<= ${edge}` : `${edges[i - 1]} to ${edge}`));
  return (value) => names[binOf(edges, value)] ?? `> ${edges.at(-1)}`;
}

/** Figures per value of every protected column, on the rows given; rows without a value are a slice of their own. */
export function fairnessOf(
  dataset: Dataset,
  rows: Uint32Array,
  probabilities: Float64Array,
  threshold: number,
): Fairness {
  const fairness: Fairness = {};
  for (const [column, values] of Object.entries(dataset.protected)) {
    const nameOf = slicerOf(dataset, column, values);
    const slices = new Map<string, number[]>();
    rows.forEach((row, i) => {
      const value = values[row] as number;
      const name = Number.isNaN(value) ? '(missing)' : nameOf(value);
      const members = slices.get(name);
      if (members) members.push(i);
      else slices.set(name, [i]);
    });
    const named = [...slices].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
    fairness[column] = Object.fromEntries(
      named.map(([name, members]) => {
        const scores = members.map((i) => probabilities[i] as number);
        const labels = members.map((i) => dataset.labels[rows[i] as number] as number);
        const share = (count: number) => count / members.length;
        const area = auc(scores, labels);
        return [
          name,
          {
            rows: members.length,
            positive_share: share(labels.filter((label) => label === 1).length),
            selected_share: share(scores.filter((score) => score >= threshold).length),
            auc: Number.isNaN(area) ? null : area,
          },
        ];
      }),
    );
  }
  return fairness;
}
