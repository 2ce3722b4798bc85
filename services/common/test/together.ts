import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { glob } from 'glob';
import t from 'tap';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Milliseconds for one file. */
const LIMIT = 300_000;

/** With a teardown on its root tap ends all tests as soon as none waits: in the middle, while the next file is loaded. */
function refuseTeardown(): never {
  throw new Error("a teardown belongs to a test: hand its own t to what makes it, not the file's");
}

/**
 * Runs the tests of a folder and of those below it in this one process, one file after the other: what they load is
 * loaded and compiled once. Left out are those that `.taprc` names, which run in a process of their own, and the folders
 * that have such an entry of their own.
 *
 * @param entry the URL of the file that calls it, `together.test.ts`
 */
export async function together(entry: string): Promise<void> {
  const folder = new URL('.', entry);
  const { include } = parse(readFileSync(join(ROOT, '.taprc'), 'utf8')) as { include: string[] };
  const apart = await glob(include, { cwd: ROOT, absolute: true });
  const entries = await glob('*/**/together.test.ts', { cwd: folder, absolute: true });
  const files = await glob('**/*.test.ts', {
    cwd: folder,
    absolute: true,
    ignore: [fileURLToPath(entry), ...apart, ...entries.map((other) => other.replace(/[^/]+$/, '**'))],
  });
  Object.assign(t, { teardown: refuseTeardown, after: refuseTeardown });
  let left = files.length;
  process.once('exit', () => {
    if (left > 0) process.exitCode = 1;
  });
  for (const file of files.sort()) {
    const environment = { ...process.env };
    t.setTimeout(LIMIT);
    await import(pathToFileURL(file).href);
    await t.test(`what ${relative(ROOT, file)} leaves to the next`, async (t) => {
      t.same(process.env, environment, 'the environment');
    });
    left--;
  }
}
