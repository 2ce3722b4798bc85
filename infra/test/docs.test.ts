import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { SETTINGS, type Setting } from '../checks/stage-settings.ts';
import { synthesise } from '../checks/synthesise.ts';
import { OUTPUTS } from '../lib/outputs.ts';
import { loadStage } from '../stages/load-stage.ts';
import { StageSettings } from '../stages/stage-settings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const page = read('docs/infrastructure.md');

/** What stands under a heading, up to the next one of its level. */
const section = (heading: string) => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
const rowsOf = (text: string) =>
  [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()));
const named = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

const PATHS = SETTINGS.map(({ path }) => path);
const rows = rowsOf(section('Settings')).filter(([name]) => name?.startsWith('`'));

interface Schema {
  required?: string[];
  properties?: Record<string, Schema>;
}

/** Of the two exposures a stage has one, which has needs of its own. */
const EITHER = ['gateway', 'balancer'];

/** Whether a stage must say it: neither it nor the group that holds it may be left out. */
function isNeeded(path: string): boolean {
  let schema = StageSettings as Schema;
  return path.split('.').every((name) => {
    const needed = schema.required?.includes(name) || EITHER.includes(name);
    schema = schema.properties?.[name] ?? {};
    return needed;
  });
}

const plain = (value: unknown) => (typeof value === 'number' ? value.toLocaleString('en-US') : String(value));

function defaultOf({ path, schema }: Setting): string {
  const { default: given } = schema as { default?: unknown };
  if (given === undefined) return isNeeded(path) ? 'needed' : 'none';
  return Array.isArray(given) && !given.length ? 'none' : plain(given);
}

/** As a schema says it; undefined where it is a pattern, which the page says in words. */
function rangeOf({ schema }: Setting): string | undefined {
  const choices = schema.enum;
  if (choices) return choices.map(plain).join(', ');
  if (schema.type === 'boolean') return 'true, false';
  const { minimum, maximum } = schema;
  return minimum === undefined || maximum === undefined
    ? undefined
    : `${plain(minimum)} to ${plain(maximum)}`;
}

t.test(
  'docs/infrastructure.md has every setting once, with its default and range, and no other',
  async (t) => {
    t.same(rows.flatMap(([names]) => named(names)).toSorted(), PATHS.toSorted());
    for (const [names, byDefault, range] of rows)
      for (const setting of SETTINGS.filter(({ path }) => named(names).includes(path))) {
        t.equal(byDefault, defaultOf(setting), `${setting.path}: default`);
        t.equal(range, rangeOf(setting) ?? range, `${setting.path}: range`);
      }
  },
);

t.test('no page about deployment names a setting that there is not', async (t) => {
  const groups = new Set(PATHS.map((path) => path.split('.')[0]));
  for (const file of ['infrastructure', 'deployment', 'delivery', 'runbook']) {
    const prose = read(`docs/${file}.md`).replaceAll(/^```[\s\S]*?^```$/gm, '');
    for (const name of named(prose).filter((name) => /^[A-Za-z]+(\.[A-Za-z]+)+$/.test(name))) {
      if (!groups.has(name.split('.')[0])) continue;
      const known = PATHS.some((path) => path === name || path.startsWith(`${name}.`));
      t.ok(known, `docs/${file}.md: ${name}`);
    }
  }
});

t.test('each promise names the tests that hold it', async (t) => {
  const [, , ...proofs] = rowsOf(section('What is proved without AWS, and by which test'));
  t.ok(proofs.length > 20);
  for (const [promise, tests] of proofs) {
    const files = named(tests);
    t.ok(files.length, `${promise}`);
    for (const file of files) t.ok(file.endsWith('.test.ts') && existsSync(join(ROOT, file)), file);
  }
});

/** What a stack needs, and what that needs. */
const allBelow = (stack: string, needs: ReadonlyMap<string, readonly string[]>): Set<string> =>
  new Set((needs.get(stack) ?? []).flatMap((needed) => [needed, ...allBelow(needed, needs)]));

t.test('the picture of the stacks is what CDK says, and every output is named', async (t) => {
  const { assembly } = synthesise({ stage: loadStage('sand') });
  const short = (name: string) => name.replace('tristore-sand-', '');
  const real = new Map(
    assembly.stacks.map(({ stackName, dependencies }) => [
      short(stackName),
      // assets are dependencies too
      dependencies.filter(({ id }) => !id.endsWith('.assets')).map(({ id }) => short(id)),
    ]),
  );
  const drawn = new Map<string, string[]>();
  for (const [, from = '', to = ''] of section('The stacks').matchAll(/^ {2}(\w+) --> (\w+)$/gm))
    drawn.set(from, [...(drawn.get(from) ?? []), to]);
  for (const stack of real.keys())
    t.same([...allBelow(stack, drawn)].toSorted(), [...allBelow(stack, real)].toSorted(), stack);
  const outputs = rowsOf(section('The stacks')).flatMap((cells) => cells.flatMap(named));
  for (const output of Object.values(OUTPUTS)) t.ok(outputs.includes(output), output);
});

t.test('commands are in docs/development.md, and packages in docs/dependencies.md', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const development = read('docs/development.md');
  for (const [name, command] of Object.entries(scripts))
    if (command.includes('infra/bin/')) t.ok(development.includes(`\`npm run ${name}`), name);
  const { dependencies, devDependencies } = JSON.parse(read('infra/package.json')) as Record<string, object>;
  const listed = rowsOf(read('docs/dependencies.md')).flatMap(([packages = '']) =>
    // the clients of the SDK share the beginning of the first
    packages.split(/, | /).map((name) => name.replace(/^-/, '@aws-sdk/client-')),
  );
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) t.ok(listed.includes(name), name);
});
