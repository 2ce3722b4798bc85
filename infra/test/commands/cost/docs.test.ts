import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { synthesise } from '../../../commands/assembly.ts';
import { basisOf, estimate } from '../../../commands/cost/estimate.ts';
import { loadOf } from '../../../commands/cost/options.ts';
import { reportText } from '../../../commands/cost/report.ts';
import { loadStage } from '../../../stages/load-stage.ts';
import { STAGE_NAMES, type StageName } from '../../../stages/stage-names.ts';

t.setTimeout(300_000);

const PAGE = new URL('../../../../docs/deployment.md', import.meta.url);

const templates = new Map<
  StageName,
  Awaited<ReturnType<typeof synthesise>>['stacks'][number]['template'][]
>();
for (const name of STAGE_NAMES) {
  const { stacks } = await synthesise({ stage: loadStage(name), folder: t.testdir() });
  templates.set(
    name,
    stacks.map(({ template }) => template),
  );
}

async function basis(name: StageName, rps: number, hours = 24) {
  const load = loadOf({ rps: String(rps), 'hours-per-day': String(hours) });
  return basisOf(loadStage(name), templates.get(name) ?? [], load);
}

async function totals(): Promise<string> {
  const rows = ['| stage | predictions/s | hours a day | USD a month |', '|---|---|---|---|'];
  const loads: [StageName, number, number][] = [
    ['sand', 0, 24],
    ['sand', 1, 8],
    ['dev', 10, 12],
    ['prd', 10, 24],
    ['prd', 200, 24],
    ['prd', 1_000, 24],
  ];
  for (const [name, rps, hours] of loads) {
    const { total } = estimate(await basis(name, rps, hours));
    rows.push(`| ${name} | ${rps} | ${hours} | ${Math.round(total)} |`);
  }
  return rows.join('\n');
}

async function example(): Promise<string> {
  const given = await basis('prd', 200);
  const text = reportText(given, estimate(given)).trimEnd();
  return `\`\`\`\n$ npm run cost -- --stage prd --rps 200\n\n${text}\n\`\`\``;
}

/** What stands between a mark and the next paragraph of prose. */
const block = (mark: string) =>
  new RegExp(`<!-- cost: ${mark} -->\n\n((?:\\|[^\n]*\n)+|\`\`\`\n[\\s\\S]*?\n\`\`\`\n)?`);

t.test('the costs in docs/deployment.md are those that the command reckons', async (t) => {
  let page = readFileSync(PAGE, 'utf8');
  for (const [mark, text] of [
    ['totals', await totals()],
    ['example', await example()],
  ] as const) {
    // UPDATE_DOCS=1 writes them anew
    if (process.env['UPDATE_DOCS']) {
      const given = block(mark).exec(page)?.[1];
      page = page.replace(block(mark), () => `<!-- cost: ${mark} -->\n\n${text}\n${given ? '' : '\n'}`);
    }
    t.equal(block(mark).exec(page)?.[1], `${text}\n`, 'UPDATE_DOCS=1 npx tap on this file writes them anew');
  }
  if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, page);
});
