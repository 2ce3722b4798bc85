import { fileURLToPath } from 'node:url';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { UnreachableRegistryError } from '@tristore/common/registry/registry.ts';
import t, { type Test } from 'tap';
import { ModelCatalog } from '../../src/prediction/model-catalog.ts';

const ARTIFACTS = fileURLToPath(new URL('../../../../model-artifacts', import.meta.url));
const NAME = 'credit-default';

/** The committed registry, which can go away and hang. */
class MovingRegistry extends FolderRegistry {
  mode: 'up' | 'away' | 'hang' = 'up';
  reads = 0;

  override async aliases(model: string) {
    this.reads++;
    if (this.mode === 'hang') await new Promise(() => {});
    if (this.mode === 'away') throw new UnreachableRegistryError(new Error('no route'));
    return super.aliases(model);
  }
}

function build(t: Test) {
  const registry = new MovingRegistry(ARTIFACTS);
  const later = (ms: number) => {
    const now = Date.now;
    Date.now = () => now() + ms;
    t.teardown(() => {
      Date.now = now;
    });
  };
  return { registry, catalog: new ModelCatalog(registry), later };
}

for (const mode of ['away', 'hang'] as const)
  t.test(`a registry that is ${mode} leaves the champion that is known`, async (t) => {
    const { registry, catalog, later } = build(t);
    t.equal((await catalog.resolve(NAME, undefined, '1')).choices[0]?.route, 'champion');
    registry.mode = mode;
    later(6_000);
    const answers = await Promise.all([1, 2, 3].map(() => catalog.resolve(NAME, undefined, '1')));
    t.ok(answers.every(({ choices }) => choices[0]?.manifest.model_version === '1'));
    t.equal(registry.reads, 2, 'one asks again, for all');
  });

t.test('a registry that is away before anything is known: registry_unavailable', async (t) => {
  const { registry, catalog } = build(t);
  registry.mode = 'away';
  await t.rejects(catalog.resolve(NAME, undefined, '1'), { code: 'registry_unavailable', retryAfter: 1 });
});

t.test('many who come before anything is known wait for one reading', async (t) => {
  const { registry, catalog } = build(t);
  await Promise.all(Array.from({ length: 100 }, () => catalog.resolve(NAME, undefined, '1')));
  t.equal(registry.reads, 1);
});
