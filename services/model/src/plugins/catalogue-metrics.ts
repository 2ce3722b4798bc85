import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Catalogue } from '../inference/catalogue.ts';

/** Seconds: from a small network in a folder to a large one in S3. */
const LOAD_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What is loaded, broken and answering, in the app's registry of metrics. */
export function catalogueMetrics(catalogue: Catalogue, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'model_versions',
    help: 'Versions of a model by state: AVAILABLE (loaded), LOADING, END (broken), START (not loaded)',
    labelNames: ['model', 'state'] as const,
    registers,
    collect() {
      this.reset();
      for (const entry of catalogue.entries)
        for (const number of new Set([...entry.numbers, ...entry.broken.keys(), ...entry.versions.keys()]))
          this.inc({ model: entry.name, state: entry.stateOf(number) ?? 'END' });
    },
  });
  new Gauge({
    name: 'model_label_version',
    help: 'The number of the version that answers under a label',
    labelNames: ['model', 'label'] as const,
    registers,
    collect() {
      this.reset();
      for (const { name, labels } of catalogue.entries)
        for (const [label, version] of Object.entries(labels))
          this.set({ model: name, label }, Number(version));
    },
  });
  new Gauge({
    name: 'registry_reachable',
    help: '1 where the registry could be read the last time',
    registers,
    collect() {
      this.set(catalogue.lost === undefined ? 1 : 0);
    },
  });
  const loads = new Histogram({
    name: 'model_load_seconds',
    help: 'Time to read, check and warm up a version, by result: ok, broken',
    labelNames: ['model', 'result'] as const,
    buckets: LOAD_BUCKETS,
    registers,
  });
  const swaps = new Counter({
    name: 'model_swaps_total',
    help: 'Times that another version came to answer under a label',
    labelNames: ['model', 'label'] as const,
    registers,
  });
  catalogue.listen((event) => {
    const { type } = event;
    if (type === 'swapped') swaps.inc({ model: event.model, label: event.label });
    if (type === 'loaded' || type === 'broken')
      loads.observe({ model: event.model, result: type === 'loaded' ? 'ok' : 'broken' }, event.seconds);
  });
}
