import { makeVectorizer } from '@tristore/common/features/vector.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import { countBins } from '@tristore/common/statistics/histogram.ts';
import { psi } from '@tristore/common/statistics/psi.ts';
import { chooseBackend } from '@tristore/model/inference/backend.ts';
import { loadVersion } from '@tristore/model/inference/load-version.ts';
import t from 'tap';
import { syntheticClients } from '../../src/demo/clients.ts';
import { ARTIFACTS } from './artifacts.ts';

t.test('the committed model scores synthetic clients as it scores real ones', async (t) => {
  await chooseBackend('wasm', 'serving');
  const version = await loadVersion(await openRegistry(ARTIFACTS), 'credit-default', '1');
  t.teardown(() => version.dispose());
  if (!version.manifest) throw new Error('it has a manifest');
  const { feature_views: views, vocabularies, baseline } = version.manifest;
  const vectorize = makeVectorizer(views, vocabularies);
  const drift = async (count: number, seed: number): Promise<number> => {
    const vectors = syntheticClients(count, seed).map(({ values }) => vectorize(values).vector);
    const data = Float32Array.from(vectors.flatMap((vector) => [...vector]));
    const shape = [count, data.length / count];
    const [scores] = await version.predictor.predict([{ name: 'features', datatype: 'FP32', shape, data }]);
    return psi(baseline.score.counts, countBins(baseline.score.edges, scores?.data as Float32Array));
  };
  const [few, many] = [await drift(500, 1), await drift(10_000, 1)];
  t.ok(few < 0.05, `the 500 that are loaded at the first start: PSI ${few.toFixed(4)}`);
  t.ok(many < 0.02, `10,000: PSI ${many.toFixed(4)}`);
});
