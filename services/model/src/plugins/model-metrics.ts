import { memory } from '@tensorflow/tfjs-core';
import { LATENCY_BUCKETS } from '@tristore/common/metrics-plugin.ts';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Infer } from '../routes/serving.ts';

/** Counts what `infer` does, by model and version, in the app's registry. */
export function measured(infer: Infer, registry: Registry): Infer {
  const registers = [registry];
  const labelNames = ['model', 'version'] as const;
  const requests = new Counter({
    name: 'model_requests_total',
    help: 'Requests that reached a model, by result (ok, error)',
    labelNames: [...labelNames, 'result'] as const,
    registers,
  });
  const rows = new Counter({ name: 'model_rows_total', help: 'Rows predicted', labelNames, registers });
  const seconds = new Histogram({
    name: 'model_inference_seconds',
    help: 'From rows to outputs, without the protocol',
    labelNames,
    buckets: LATENCY_BUCKETS,
    registers,
  });
  // two that tell a leak: they must not grow with the requests
  new Gauge({
    name: 'tfjs_tensors',
    help: 'Tensors that TensorFlow.js holds',
    registers,
    collect() {
      this.set(memory().numTensors);
    },
  });
  new Gauge({
    name: 'tfjs_bytes',
    help: 'Bytes in the tensors that TensorFlow.js holds',
    registers,
    collect() {
      this.set(memory().numBytes);
    },
  });

  return async (loaded, inputs, names) => {
    const { model, version } = loaded;
    const labels = { model, version };
    const stop = seconds.startTimer(labels);
    let result = 'error';
    try {
      const outputs = await infer(loaded, inputs, names);
      result = 'ok';
      rows.inc(labels, inputs[0]?.shape[0] ?? 1);
      return outputs;
    } finally {
      stop();
      requests.inc({ ...labels, result });
    }
  };
}
