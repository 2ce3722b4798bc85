import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { FolderRegistry } from '../../src/registry/folder-registry.ts';
import { testFolder } from '../test-folder.ts';
import { aliasesOf, registryContract } from './contract.ts';

registryContract(t, async (t) => {
  const root = testFolder(t);
  return {
    registry: new FolderRegistry(root),
    again: () => new FolderRegistry(root),
    put: async (path, text) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
  };
});

t.test('a folder that is not there is an empty registry', async (t) => {
  t.same(await new FolderRegistry(join(testFolder(t), 'nowhere')).models(), []);
});

t.test('a folder that takes no change is a registry that does not answer', async (t) => {
  const root = testFolder(t, { m: { aliases: 'a file' } });
  const registry = new FolderRegistry(root);
  await t.rejects(registry.append('m', 1, aliasesOf('1')), { name: 'UnreachableRegistryError' });
});
