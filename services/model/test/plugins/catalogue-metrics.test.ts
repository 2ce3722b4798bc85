import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { UnreachableRegistryError } from '@tristore/common/registry/registry.ts';
import t from 'tap';
import { appendAliases } from '../append-aliases.ts';
import { build } from '../build.ts';
import { writeVersion } from '../fixtures.ts';

t.test('metrics tell versions by state, who answers, swaps and loads', async (t) => {
  let root = '';
  const { catalogue, get } = await build(t, {
    prepare: async (folder) => {
      root = folder;
    },
  });
  for (const version of ['2', '3', '4']) await writeVersion(root, { version });
  await writeFile(join(root, 'adder', '4', 'weights.bin'), 'rotten');
  await appendAliases(root, '2', { previous: '1' });
  await catalogue.follow();
  const { body } = await get('/metrics');
  for (const line of [
    'model_versions{model="adder",state="AVAILABLE"} 2',
    'model_versions{model="adder",state="START"} 1',
    'model_versions{model="adder",state="END"} 1',
    'model_label_version{model="adder",label="champion"} 2',
    'model_swaps_total{model="adder",label="champion"} 1',
    'model_load_seconds_count{model="adder",result="ok"} 1',
    'model_load_seconds_count{model="adder",result="broken"} 1',
    'registry_reachable 1',
  ])
    t.match(body, line);
});

t.test('a registry that is away is told by GET /v2 and by a metric; what is loaded goes on', async (t) => {
  const { catalogue, get, post } = await build(t);
  const models = FolderRegistry.prototype.models;
  t.teardown(() => {
    FolderRegistry.prototype.models = models;
  });
  FolderRegistry.prototype.models = async () => {
    throw new UnreachableRegistryError(new Error('no route'));
  };
  await t.rejects(catalogue.follow());
  t.strictSame((await get('/v2')).json().registry, {
    reachable: false,
    reason: 'the registry cannot be read: no route',
  });
  t.match((await get('/metrics')).body, 'registry_reachable 0');
  t.equal((await post('/v1/models/adder:predict', { instances: [[0, 0, 0]] })).statusCode, 200);
});
