import type { Histogram, Registry } from 'prom-client';

/** The observations under one set of labels. */
export class Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly #bounds: readonly number[];
  /** One for each bound, not cumulative; the last is beyond all bounds. */
  readonly #counts: number[];
  #sum = 0;

  constructor(labels: Readonly<Record<string, string>>, bounds: readonly number[]) {
    this.labels = labels;
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let i = 0;
    while (i < bounds.length && value > (bounds[i] as number)) i++;
    (this.#counts[i] as number) += 1;
    this.#sum += value;
  }

  /** As prom-client writes a histogram: cumulative buckets, sum and count. */
  values(name: string): { metricName: string; labels: Record<string, string | number>; value: number }[] {
    let count = 0;
    const buckets = this.#counts.map((own, i) => {
      count += own;
      return {
        metricName: `${name}_bucket`,
        labels: { le: this.#bounds[i] ?? '+Inf', ...this.labels },
        value: count,
      };
    });
    const { labels } = this;
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}

export interface SeriesHistogramOptions {
  name: string;
  help: string;
  /** Upper bounds, ascending. */
  buckets: readonly number[];
  registry: Registry;
}

/**
 * A Prometheus histogram for the path of every request: whoever observes keeps its series, where prom-client's own
 * looks labels over, hashes and looks them up each time.
 */
export class SeriesHistogram {
  readonly name: string;
  readonly help: string;
  readonly #buckets: readonly number[];
  readonly #series = new Set<Series>();

  constructor({ name, help, buckets, registry }: SeriesHistogramOptions) {
    this.name = name;
    this.help = help;
    this.#buckets = buckets;
    // the registry calls get() alone, but its type names prom-client's own four classes
    registry.registerMetric(this as unknown as Histogram);
  }

  /** A new series; ask once for each set of labels. */
  series(labels: Readonly<Record<string, string>>): Series {
    const series = new Series(labels, this.#buckets);
    this.#series.add(series);
    return series;
  }

  /** Stops showing a series. */
  remove(series: Series): void {
    this.#series.delete(series);
  }

  async get() {
    return {
      name: this.name,
      help: this.help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...this.#series].flatMap((series) => series.values(this.name)),
    };
  }
}
