import { fileURLToPath } from 'node:url';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import t from 'tap';
import { chooseBackend } from '../../../src/inference/backend.ts';
import { attributionMethod } from '../../../src/inference/explain/attribution-method.ts';
import type { Logit } from '../../../src/inference/explain/logit.ts';
import { loadVersion } from '../../../src/inference/load-version.ts';
import { worst } from './networks.ts';

const ARTIFACTS = fileURLToPath(new URL('../../../../../model-artifacts', import.meta.url));

t.test('the published model: both methods agree, and are complete', async (t) => {
  await chooseBackend('wasm', 'serving');
  const version = await loadVersion(new FolderRegistry(ARTIFACTS), 'credit-default', '1');
  t.teardown(() => version.dispose());
  const { graph, manifest } = version;
  if (!manifest) throw new Error('it has a manifest');
  const { reference } = manifest.explanation;
  const { run } = graph.logit(0) as Logit;
  const methods = [graph, { ...graph, logit: () => ({ run }) }].map((each) =>
    attributionMethod(each, reference),
  );
  const [exact, quadrature] = methods;
  if (typeof exact !== 'object' || typeof quadrature !== 'object') throw new Error(String(methods));
  t.strictSame([exact.name, quadrature.name], ['exact', 'quadrature']);
  const edges = manifest.signature.features.map(({ name }) => manifest.baseline.features[name]?.edges ?? []);
  const rows = Float32Array.from({ length: 6 * edges.length }, (_, k) => {
    const own = edges[k % edges.length] ?? [];
    return own[(7 * k + Math.floor(k / edges.length)) % own.length] ?? 0;
  });
  const nobody = async () => {};
  const one = await exact.attribute(rows, nobody);
  const other = await quadrature.attribute(rows, nobody);
  t.ok(Math.max(...one.errors) < 1e-5, `exact: ${one.errors}`);
  t.ok(Math.max(...other.errors) < 1e-3, `quadrature: ${other.errors}`);
  for (const [i, row] of one.rows.entries()) {
    const off = worst(row, other.rows[i] ?? []);
    t.ok(off < 1e-2, `row ${i}: apart by ${off}`);
  }
});
