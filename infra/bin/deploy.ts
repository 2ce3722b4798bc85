import { parseCommandLine, UsageError } from '@tristore/common/command-line.ts';
import { EXIT_CODES, imagesOf, stageOption } from '../commands/options.ts';
import { runCommand } from '../commands/run-command.ts';
import { terminal } from '../commands/terminal.ts';
import { STAGE_NAMES, stageNameOf } from '../stages/stage-names.ts';

const USAGE = `Usage: npm run deploy -- --stage ${STAGE_NAMES.join('|')} [options]

Deploys a stage, publishes the first model into it, shows the first API key once, and proves by a prediction that it
answers. Running it again brings the stage to what the code says, and changes nothing else.

  --stage NAME        the stage
  --yes               asks nothing (only a stage that keeps its data asks)
  --no-key            makes no first key: for where others can read what is printed
  --check only        checks all that can be known before, and touches nothing
  --images LIST       images that were built before, instead of building them here:
                      orchestrator=URI@sha256:…,model=URI@sha256:…

${EXIT_CODES}`;

const options = {
  ...stageOption,
  yes: { type: 'boolean', default: false },
  'no-key': { type: 'boolean', default: false },
  check: { type: 'string' },
  images: { type: 'string' },
} as const;

await runCommand('deploy', async () => {
  const { values } = parseCommandLine({ options });
  if (values.help) return terminal.write(USAGE);
  if (values.check !== undefined && values.check !== 'only') throw new UsageError('--check: only');
  const name = stageNameOf(values.stage);
  const images = imagesOf(values.images);
  const checkOnly = values.check === 'only';
  const { loadStage } = await import('../stages/load-stage.ts');
  const { deploy } = await import('../commands/deploy/deploy.ts');
  const stage = loadStage(name);
  await deploy({ stage, images, yes: values.yes, firstKey: !values['no-key'], checkOnly, terminal });
});
