import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { REGISTRY } from './build.ts';

/**
 * A registry of a test's own: the committed version of credit-default, once more under further numbers.
 * @returns its folder
 */
export async function registryFolder(t: Test, versions: readonly string[]): Promise<string> {
  // beside the test's own folder, which is begun anew whenever it is asked for
  const root = `${t.testdirName}-registry`;
  t.teardown(() => rm(root, { recursive: true, force: true }));
  await cp(REGISTRY, root, { recursive: true });
  const committed = await readFile(join(root, 'credit-default/1/manifest.json'), 'utf8');
  for (const version of versions) {
    const folder = join(root, 'credit-default', version);
    await mkdir(folder, { recursive: true });
    const manifest = { ...JSON.parse(committed), model_version: version };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  }
  return root;
}
