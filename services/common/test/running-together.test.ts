import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { testFolder } from './test-folder.ts';

const [TOGETHER, WITHOUT_DOMAINS] = ['together.ts', 'without-domains.mjs'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
) as [string, string];

/** What comes of a group in which this stands between two files that pass. */
function run(t: Test, between: string): Promise<{ code: number; out: string }> {
  const passes = (name: string) => `import t from 'tap';\nt.test('${name}', async (t) => t.pass());\n`;
  const folder = testFolder(t, {
    'together.test.ts': `import { together } from '${TOGETHER}';\nawait together(import.meta.url);\n`,
    'a.test.ts': passes('the first'),
    'b.test.ts': `import t from 'tap';\n${between}\n`,
    'c.test.ts': passes('the last'),
  });
  const imports = [WITHOUT_DOMAINS, '@tristore/common/typescript.mjs'].flatMap((name) => ['--import', name]);
  const args = [...imports, join(folder, 'together.test.ts')];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, out: `${stdout}${stderr}` }),
    );
  });
}

t.test('every file of a group runs', async (t) => {
  const { code, out } = await run(t, "t.test('the second', async (t) => t.pass());");
  t.equal(code, 0, 'it passes');
  for (const name of ['the first', 'the second', 'the last']) t.match(out, `- ${name}`);
});

for (const [what, between, says] of [
  ['ends the process', "t.test('b', async () => process.exit(0));", /unfinished/],
  ['never comes to an end', 'await new Promise(() => {});', /- the first/],
  [
    'throws where nobody catches it',
    "t.test('b', async () => { setTimeout(() => { throw new Error('uncaught'); }); await new Promise((end) => setTimeout(end, 1_000)); });",
    /Error: uncaught/,
  ],
  [
    'asks the root for a teardown',
    "const root = t;\nt.test('b', async () => root.teardown(() => {}));",
    /a teardown belongs to a test/,
  ],
  [
    'changes the environment',
    "t.test('b', async () => { process.env['LEFT_BEHIND'] = 'x'; });",
    /LEFT_BEHIND/,
  ],
] as const)
  t.test(`a group fails where a file ${what}`, async (t) => {
    const { code, out } = await run(t, between);
    t.equal(code, 1);
    t.match(out, says);
  });
