import { memory } from '@tensorflow/tfjs-core';
import { TristoreError } from '@tristore/common/errors.ts';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { LoadedVersion } from '../inference/load-version.ts';
import type { Predictor } from '../inference/predict.ts';
import type { Infer } from '../routes/serving.ts';
import { type VersionCounts, VersionHistograms } from './version-counts.ts';

const LABELS = ['model', 'version'] as const;

/** What is loaded at the moment, and how much waits for it. */
export interface Loaded {
  versions(): readonly LoadedVersion[];
  queuedRows(version: LoadedVersion): number;
}

/** Metrics by model and version, in the app's registry. What is no longer loaded is no longer shown. */
export class ModelMetrics {
  readonly #loaded: Loaded;
  readonly #histograms: VersionHistograms;
  readonly #counts = new Map<string, VersionCounts>();
  /** The same, found without making a key. */
  readonly #byVersion = new WeakMap<LoadedVersion, VersionCounts>();

  constructor(registry: Registry, loaded: Loaded) {
    this.#loaded = loaded;
    const registers = [registry];
    const forget = () => this.#forgetUnloaded();
    const counts = this.#counts;
    new Counter({
      name: 'model_requests_total',
      help: 'Requests that reached a model, by result: ok, error, or why they were refused',
      labelNames: [...LABELS, 'result'],
      registers,
      collect() {
        forget();
        this.reset();
        for (const { labels, results } of counts.values())
          for (const [result, count] of results) this.inc({ ...labels, result }, count);
      },
    });
    new Counter({
      name: 'model_rows_total',
      help: 'Rows predicted',
      labelNames: LABELS,
      registers,
      collect() {
        this.reset();
        for (const { labels, rows } of counts.values()) this.inc(labels, rows);
      },
    });
    const gauge = (name: string, help: string, of: (version: LoadedVersion) => number) =>
      new Gauge({
        name,
        help,
        labelNames: LABELS,
        registers,
        collect() {
          this.reset();
          for (const each of loaded.versions())
            this.set({ model: each.model, version: each.version }, of(each));
        },
      });
    gauge('model_queued_rows', 'Rows that wait to be predicted', (version) => loaded.queuedRows(version));
    gauge('model_weight_bytes', 'Weights of a loaded version, as stored', ({ weightBytes }) => weightBytes);
    const total = (name: string, help: string, of: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(of());
        },
      });
    // two that tell a leak: they must not grow with the requests
    total('tfjs_tensors', 'Tensors that TensorFlow.js holds', () => memory().numTensors);
    total('tfjs_bytes', 'Bytes in the tensors that TensorFlow.js holds', () => memory().numBytes);
    this.#histograms = new VersionHistograms(registry);
  }

  /** Counts requests. */
  requests(infer: Infer): Infer {
    return async (version, call) => {
      const counts = this.#of(version);
      const start = performance.now();
      let result = 'error';
      try {
        const outputs = await infer(version, call);
        result = 'ok';
        counts.rows += call.inputs[0]?.shape[0] ?? 1;
        return outputs;
      } catch (error) {
        if (error instanceof TristoreError) result = error.code;
        throw error;
      } finally {
        counts.seconds.observe((performance.now() - start) / 1000);
        counts.results.set(result, (counts.results.get(result) ?? 0) + 1);
      }
    };
  }

  /** Counts executions, of which one may serve many requests. */
  executions(version: LoadedVersion): Predictor {
    const { predictor } = version;
    const counts = this.#of(version);
    return {
      inputs: predictor.inputs,
      outputs: predictor.outputs,
      predict: async (inputs, outputs) => {
        const start = performance.now();
        try {
          return await predictor.predict(inputs, outputs);
        } finally {
          counts.executionSeconds.observe((performance.now() - start) / 1000);
          counts.batchRows.observe(inputs[0]?.shape[0] ?? 1);
        }
      },
    };
  }

  #of(loaded: LoadedVersion): VersionCounts {
    let counts = this.#byVersion.get(loaded);
    if (counts) return counts;
    const { model, version } = loaded;
    const key = `${model}/${version}`;
    counts = this.#counts.get(key) ?? this.#histograms.open({ model, version });
    this.#counts.set(key, counts);
    this.#byVersion.set(loaded, counts);
    return counts;
  }

  #forgetUnloaded(): void {
    const keys = new Set(this.#loaded.versions().map(({ model, version }) => `${model}/${version}`));
    for (const [key, counts] of this.#counts) {
      if (keys.has(key)) continue;
      this.#histograms.close(counts);
      this.#counts.delete(key);
    }
  }
}
