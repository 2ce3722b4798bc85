import type { Backend } from '../inference/backend.ts';
import { blankInputs, isPlain } from '../inference/blank-inputs.ts';
import { loadVersion } from '../inference/load-version.ts';
import type { Predictor } from '../inference/predict.ts';
import { openFolder } from './version-folder.ts';

const ROWS = [1, 32, 1000];
/** Enough for a median; a slow model stops when its time is over. */
const RUNS = 50;
const MIN_RUNS = 5;
const MAX_MS = 2_000;
const WARM_UPS = 3;

export interface Timing {
  rows: number;
  /** Median of one execution, without the protocol. */
  milliseconds: number;
}

export interface Validation {
  model: string;
  version: string;
  format: string;
  manifest: boolean;
  backend: string;
  /** Milliseconds to read, check, build and warm up. */
  load_milliseconds: number;
  batchable: boolean;
  timings: Timing[];
}

async function time(predictor: Predictor, rows: number): Promise<Timing> {
  const inputs = blankInputs(predictor.inputs, rows);
  for (let i = 0; i < WARM_UPS; i++) await predictor.predict(inputs);
  const runs: number[] = [];
  const end = performance.now() + MAX_MS;
  while (runs.length < RUNS && (runs.length < MIN_RUNS || performance.now() < end)) {
    const start = performance.now();
    await predictor.predict(inputs);
    runs.push(performance.now() - start);
  }
  runs.sort((a, b) => a - b);
  return { rows, milliseconds: runs[runs.length >> 1] as number };
}

/** Where zeros are no input, or there is no axis of rows, there is nothing to compare. */
const canBeTimed = ({ inputs }: Predictor): boolean =>
  inputs.length > 0 && inputs.every((spec) => isPlain(spec) && spec.shape[0] === -1);

/** Loads a version as the server does, and times it on zeros. @throws BrokenVersionError */
export async function validate(folder: string, backend: Backend): Promise<Validation> {
  const { files, model, version } = await openFolder(folder);
  const start = performance.now();
  const loaded = await loadVersion(files, model, version);
  const loadMs = performance.now() - start;
  try {
    const { predictor, format, manifest, batchable } = loaded;
    const timings: Timing[] = [];
    if (canBeTimed(predictor)) for (const rows of ROWS) timings.push(await time(predictor, rows));
    return {
      model,
      version,
      format,
      manifest: manifest !== undefined,
      backend: backend.name,
      load_milliseconds: loadMs,
      batchable,
      timings,
    };
  } finally {
    loaded.dispose();
  }
}
