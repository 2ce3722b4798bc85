import { LATENCY_BUCKETS } from '@tristore/common/metrics-plugin.ts';
import { type Series, SeriesHistogram } from '@tristore/common/series-histogram.ts';
import type { Registry } from 'prom-client';

const ROW_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16_384];

/** What was counted of one version. Plain numbers: they are on the path of every request. */
export interface VersionCounts {
  readonly labels: { readonly model: string; readonly version: string };
  /** Requests by result. */
  readonly results: Map<string, number>;
  rows: number;
  readonly seconds: Series;
  readonly executionSeconds: Series;
  readonly batchRows: Series;
}

/** The histograms of all versions. */
export class VersionHistograms {
  readonly #seconds: SeriesHistogram;
  readonly #executionSeconds: SeriesHistogram;
  readonly #batchRows: SeriesHistogram;

  constructor(registry: Registry) {
    const of = (name: string, help: string, buckets: readonly number[]) =>
      new SeriesHistogram({ name, help, buckets, registry });
    this.#seconds = of(
      'model_inference_seconds',
      'A request from tensors to outputs, waiting included, without the protocol',
      LATENCY_BUCKETS,
    );
    this.#executionSeconds = of('model_execution_seconds', 'One execution of the graph', LATENCY_BUCKETS);
    this.#batchRows = of('model_batch_rows', 'Rows of one execution', ROW_BUCKETS);
  }

  open(labels: VersionCounts['labels']): VersionCounts {
    return {
      labels,
      results: new Map(),
      rows: 0,
      seconds: this.#seconds.series(labels),
      executionSeconds: this.#executionSeconds.series(labels),
      batchRows: this.#batchRows.series(labels),
    };
  }

  close({ seconds, executionSeconds, batchRows }: VersionCounts): void {
    this.#seconds.remove(seconds);
    this.#executionSeconds.remove(executionSeconds);
    this.#batchRows.remove(batchRows);
  }
}
