import type { Manifest, Metrics } from '@tristore/common/contracts/manifest.ts';
import type { CrossValidation } from './evaluate/cross-validate.ts';

const HEADER = ['', 'rows', 'AUC', 'log-loss', 'Brier', 'ECE'];

export function rowOf(name: string, metrics: Metrics): string[] {
  const figures = [metrics.auc, metrics.log_loss, metrics.brier, metrics.ece];
  return [name, String(metrics.rows), ...figures.map((figure) => figure.toFixed(4))];
}

function table(rows: readonly string[][]): string {
  const all = [HEADER, ...rows];
  const widths = HEADER.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)));
  const line = (row: string[]) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

/** The model next to its baselines, on the test rows. */
export function metricsTable(metrics: Manifest['metrics']): string {
  return table([
    rowOf('model', metrics.test),
    rowOf('logistic regression', metrics.baselines.logistic_regression),
    rowOf('base rate', metrics.baselines.base_rate),
  ]);
}

export function crossValidationTable({ folds, pooled }: CrossValidation): string {
  return table([...folds.map((fold, i) => rowOf(`fold ${i + 1}`, fold)), rowOf('pooled', pooled)]);
}
