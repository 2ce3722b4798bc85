import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import type { ViewFile } from '../dataset/view-file.ts';
import { rowOf } from '../report.ts';

const row = (cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const isNumber = (cell: string | number | undefined) => /^-?[\d.]+( %)?$/.test(String(cell));
  const sides = header.map((_, i) => (rows.some((cells) => isNumber(cells[i])) ? '---:' : '---'));
  return [row(header), row(sides), ...rows.map(row)].join('\n');
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function metricsSection({ metrics }: Manifest): string {
  const { test, validation, baselines, cross_validation: cv } = metrics;
  const rows = [
    rowOf('**model, test rows**', test),
    rowOf('model, validation rows', validation),
    rowOf('logistic regression, test rows', baselines.logistic_regression),
    rowOf('base rate, test rows', baselines.base_rate),
    ...(cv ? [rowOf(`the procedure, pooled over ${cv.folds} stratified folds`, cv)] : []),
  ];
  return `${table(['', 'rows', 'AUC', 'log-loss', 'Brier', 'ECE'], rows)}

Log-loss is the natural logarithm's; ECE has 10 bins of equal count. The base rate says ${percent(
    metrics.baselines.base_rate.positive_share,
  )} of the test rows are positive.`;
}

function calibrationSection({ calibration }: Manifest): string {
  const rows = calibration.reliability.map((bin) => [
    bin.mean_probability.toFixed(4),
    bin.observed_share.toFixed(4),
    bin.rows,
  ]);
  return `Platt scaling fitted on ${calibration.fitted_on}, inside the graph: slope ${calibration.slope.toFixed(
    4,
  )}, intercept ${calibration.intercept.toFixed(4)}. On the test rows:

${table(['mean probability', 'observed share', 'rows'], rows)}`;
}

function fairnessSection({ metrics, threshold }: Manifest): string {
  const columns = Object.entries(metrics.fairness);
  if (columns.length === 0) return 'The view declares no protected columns, so nothing was sliced.';
  const tables = columns.map(([column, slices]) =>
    table(
      [column, 'rows', 'positive', `selected (>= ${threshold})`, 'AUC'],
      Object.entries(slices).map(([name, slice]) => [
        name,
        slice.rows,
        percent(slice.positive_share),
        percent(slice.selected_share),
        slice.auc === null ? '-' : slice.auc.toFixed(4),
      ]),
    ),
  );
  return `Protected columns never reach the model; it is measured on their slices of the test rows. Small slices are noisy.

${tables.join('\n\n')}`;
}

function inputsSection(manifest: Manifest): string {
  return table(
    ['input', 'kind', 'unit', 'description'],
    manifest.signature.features.map((feature) => [
      `\`${feature.name}\``,
      feature.kind,
      feature.unit ?? '',
      feature.description ?? '',
    ]),
  );
}

/** The model card (Mitchell and others 2019) in Markdown, from the manifest's figures and the view file's words. */
export function modelCard(manifest: Manifest, { model = {} }: ViewFile): string {
  const { data, training, target } = manifest;
  const sections: [string, string][] = [
    [
      'Intended use',
      model.intended_use ??
        `Scoring one ${manifest.feature_views[0]?.entity} at a time: "${target.positive}" against "${target.negative}".`,
    ],
    ['Limitations', (model.limitations ?? ['None were stated.']).map((text) => `- ${text}`).join('\n')],
    [
      'Data',
      `\`${data.file}\`, ${data.rows} rows (sha256 \`${data.sha256}\`): ${data.split.train} to train, ${
        data.split.validation
      } to validate, ${data.split.test} to test, stratified.${model.data_source ? ` ${model.data_source}` : ''}`,
    ],
    ['Metrics', metricsSection(manifest)],
    ['Threshold', `${manifest.threshold}: ${manifest.threshold_rule}.`],
    ['Calibration', calibrationSection(manifest)],
    ['Fairness', fairnessSection(manifest)],
    ['Inputs', inputsSection(manifest)],
    [
      'Training',
      `\`${training.command}\`

Seed ${training.seed}, backend ${training.backend}, TensorFlow.js ${training.tfjs}, Node ${training.node}; ${
        training.epochs
      } epochs kept. Parameters: \`${JSON.stringify(training.parameters)}\`.`,
    ],
  ];
  const head = `# ${manifest.model_name}, version ${manifest.model_version}

${manifest.description} Made ${manifest.created_at.slice(0, 10)}.`;
  return `${[head, ...sections.map(([title, body]) => `## ${title}\n\n${body}`)].join('\n\n')}\n`;
}
