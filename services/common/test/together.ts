import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { glob } from 'glob';
import t from 'tap';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Milliseconds for all. */
const LIMIT = 600_000;

/**
 * Runs the tests of a folder and of those below it in this one process, one file after the other: what they load is
 * loaded and compiled once. Left out are those that `.taprc` names, which run in a process of their own, and the folders
 * that have such an entry of their own. None may await a test outside of one.
 *
 * @param entry the URL of the file that calls it, `together.test.ts`
 */
export async function together(entry: string): Promise<void> {
  const folder = new URL('.', entry);
  const { include } = parse(readFileSync(join(ROOT, '.taprc'), 'utf8')) as {
    include: string[];
  };
  const apart = await glob(include, { cwd: ROOT, absolute: true });
  const entries = await glob('*/**/together.test.ts', { cwd: folder, absolute: true });
  const files = await glob('**/*.test.ts', {
    cwd: folder,
    absolute: true,
    ignore: [...apart, ...entries.map((other) => other.replace(/together\.test\.ts$/, '**'))],
  });
  t.setTimeout(LIMIT);
  const environment = { ...process.env };
  // tap ends its tests where none waits, and would while a file is loaded: those of all files wait for the last
  let allLoaded = () => {};
  const loaded = new Promise<void>((resolve) => {
    allLoaded = resolve;
  });
  t.test('every file is loaded', { timeout: LIMIT }, () => loaded);
  for (const file of files.sort()) await import(pathToFileURL(file).href);
  t.setTimeout(LIMIT);
  t.test('they leave the process as they found it', async (t) => {
    t.same(process.env, environment, 'the environment');
  });
  allLoaded();
}
