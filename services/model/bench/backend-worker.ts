// Measures one backend in a process of its own: `{model, rows}` in, seconds of one execution out.
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import { type BackendName, chooseBackend } from '../src/inference/backend.ts';
import { blankInputs } from '../src/inference/blank-inputs.ts';
import { loadVersion } from '../src/inference/load-version.ts';
import type { Predictor } from '../src/inference/predict.ts';
import type { Network } from './networks.ts';

const [, , backend = '', registry = '', networks = '[]'] = process.argv;
const MEASURE_MS = 200;

/** Seconds of CPU, all threads, so that other work on the machine does not count. */
async function secondsOf(predictor: Predictor, rows: number, milliseconds: number): Promise<number> {
  const inputs = blankInputs(predictor.inputs, rows);
  for (const { data } of inputs) for (let i = 0; i < data.length; i++) data[i] = Math.sin(i);
  const cpu = process.cpuUsage();
  const end = performance.now() + milliseconds;
  let runs = 0;
  for (; performance.now() < end || runs < 3; runs++) await predictor.predict(inputs);
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1e6 / runs;
}

try {
  await chooseBackend(backend as BackendName, 'serving');
  const folder = await openRegistry(registry);
  const predictors = new Map<string, Predictor>();
  for (const { model, version } of JSON.parse(networks) as Network[])
    predictors.set(model, (await loadVersion(folder, model, version)).predictor);
  process.on('message', async ({ model, rows }: { model: string; rows: number }) => {
    const predictor = predictors.get(model) as Predictor;
    await secondsOf(predictor, rows, MEASURE_MS / 4);
    process.send?.({ seconds: await secondsOf(predictor, rows, MEASURE_MS) });
  });
  process.send?.({});
} catch (error) {
  process.send?.({ fault: (error as Error).message });
  process.disconnect();
}
