import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine } from '@tristore/common/command-line.ts';
import { ASSUMED } from '../commands/cost/load.ts';
import { loadOf, loadOptions } from '../commands/cost/options.ts';
import { CURRENCY, PRICED_REGIONS, PRICES_AS_OF, pricedRegion } from '../commands/cost/prices.ts';
import { EXIT_CODES, stageOption } from '../commands/options.ts';
import { runCommand } from '../commands/run-command.ts';
import { STAGE_NAMES, stageNameOf } from '../stages/stage-names.ts';

const USAGE = `Usage: npm run cost -- --stage ${STAGE_NAMES.join('|')} --rps N [options]

What a month of a stage costs under a load, line by line, and which quotas of the account it meets. Needs neither
credentials nor a network: prices are those of ${PRICES_AS_OF}, in infra/commands/cost/prices.ts.

  --stage NAME         the stage, whose settings and templates say what there is
  --rps N              predictions a second
  --hours-per-day N    for so many hours (24)
  --record-bytes N     of a prediction's record (${ASSUMED.recordBytes}); each is billed as a multiple of 5 KB
  --clients N          in the feature store, each written once a day (${ASSUMED.clients})
  --region NAME        prices of ${PRICED_REGIONS.join(' or ')} (the stage's region)
  --json               JSON on stdout, for scripts

${EXIT_CODES}`;

const options = {
  ...stageOption,
  ...loadOptions,
  region: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

await runCommand('cost', async () => {
  const { values } = parseCommandLine({ options });
  if (values.help) return void process.stdout.write(USAGE);
  const name = stageNameOf(values.stage);
  const load = loadOf(values);
  const [{ loadStage }, { synthesise }, { basisOf, estimate }, { reportText }] = await Promise.all([
    import('../stages/load-stage.ts'),
    import('../commands/assembly.ts'),
    import('../commands/cost/estimate.ts'),
    import('../commands/cost/report.ts'),
  ]);
  const stage = loadStage(name);
  const region = pricedRegion(values.region ?? stage.region);
  // not where a deployment looks: an estimate must not come between its templates
  const folder = await mkdtemp(join(tmpdir(), 'tristore-cost-'));
  try {
    const { stacks } = await synthesise({ stage, folder });
    const templates = stacks.map(({ template }) => template);
    const basis = basisOf(stage, templates, load, region);
    const found = estimate(basis);
    const data = { stage: stage.name, region, currency: CURRENCY, prices_of: PRICES_AS_OF, load, ...found };
    process.stdout.write(values.json ? `${JSON.stringify(data, null, 2)}\n` : reportText(basis, found));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
