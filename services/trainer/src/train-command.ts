import { seededRandom } from '@tristore/common/random.ts';
import { chooseBackend } from '@tristore/model/inference/backend.ts';
import { buildGraph } from './architecture/graph.ts';
import { stratifiedSplit } from './dataset/split.ts';
import { readViewFile } from './dataset/view-file.ts';
import { type CrossValidation, crossValidate } from './evaluate/cross-validate.ts';
import { evaluateModel } from './evaluate/evaluate-model.ts';
import { loadData } from './load-data.ts';
import type { Options } from './options.ts';
import { showProgress } from './progress.ts';
import { makeManifest } from './publish/make-manifest.ts';
import { modelCard } from './publish/model-card.ts';
import { nameFirstChampion, nextVersion, writeVersion } from './publish/publish.ts';
import { serialise, sha256Of } from './publish/serialise.ts';
import { crossValidationTable, metricsTable } from './report.ts';
import { DEFAULTS, type Parameters } from './train/parameters.ts';
import { trainModel } from './train/train-model.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/**
 * Trains on a file and publishes the next version.
 * @returns the version's folder; undefined with `--cv-only`
 * @throws StartupError for what the caller can mend
 */
export async function train(options: Options): Promise<string | undefined> {
  const viewFile = await readViewFile(options.view);
  const { name: backend } = await chooseBackend(options.backend, 'training');
  const data = await loadData(options.data, viewFile, options);
  const { dataset } = data;
  say(`${data.file}: ${dataset.rows} rows, ${dataset.features.length} inputs, backend ${backend}`);
  const parameters: Parameters = { ...DEFAULTS, epochs: options.epochs };
  const random = seededRandom(options.seed);

  let crossValidation: CrossValidation | undefined;
  if (options.folds) {
    crossValidation = await crossValidate(dataset, options.folds, {
      parameters,
      random,
      onFold: (fold, { auc, log_loss: loss }) =>
        say(`fold ${fold} of ${options.folds}: AUC ${auc.toFixed(4)}, log-loss ${loss.toFixed(4)}`),
    });
    say(`\nCross-validation\n${crossValidationTable(crossValidation)}\n`);
    if (options.cvOnly) return undefined;
  }

  const split = stratifiedSplit(dataset.labels, random.fork('split'));
  const progress = showProgress(parameters.epochs);
  const model = await trainModel(dataset, split, parameters, random, progress.epoch).finally(progress.stop);
  const graph = buildGraph(dataset.features.length, model.segments, model.tower, model.calibration);
  const evaluation = evaluateModel(graph, dataset, split);

  const version = await nextVersion(options.out, options.name);
  const training = {
    options,
    viewFile,
    data,
    split,
    parameters,
    backend,
    model,
    evaluation,
    crossValidation,
  };
  const manifest = makeManifest(training, version, new Date());
  const files: Record<string, Buffer> = {
    ...(await serialise(graph)),
    'MODEL_CARD.md': Buffer.from(modelCard(manifest, viewFile)),
  };
  manifest.files = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, { sha256: sha256Of(bytes), bytes: bytes.length }]),
  );
  files['manifest.json'] = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const folder = await writeVersion(options.out, options.name, version, files);
  const champion = await nameFirstChampion(options.out, options.name, version);

  say(`\nTest rows\n${metricsTable(manifest.metrics)}\n`);
  say(`threshold ${manifest.threshold} (${manifest.threshold_rule})`);
  say(`published ${folder}${champion ? ', the champion' : ''}`);
  return folder;
}
