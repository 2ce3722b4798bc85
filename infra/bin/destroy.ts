import { parseCommandLine } from '@tristore/common/command-line.ts';
import { EXIT_CODES, stageOption } from '../commands/options.ts';
import { runCommand } from '../commands/run-command.ts';
import { terminal } from '../commands/terminal.ts';
import { STAGE_NAMES, stageNameOf } from '../stages/stage-names.ts';

const USAGE = `Usage: npm run destroy -- --stage ${STAGE_NAMES.join('|')} [--yes]

Removes a stage, after its name was typed. Of a stage that keeps its data (data: 'keep', as prd) the data stays.

  --stage NAME   the stage
  --yes          asks nothing

${EXIT_CODES}`;

await runCommand('destroy', async () => {
  const { values } = parseCommandLine({
    options: { ...stageOption, yes: { type: 'boolean', default: false } },
  });
  if (values.help) return terminal.write(USAGE);
  const name = stageNameOf(values.stage);
  const { loadStage } = await import('../stages/load-stage.ts');
  const { destroy } = await import('../commands/destroy/destroy.ts');
  await destroy({ stage: loadStage(name), yes: values.yes, terminal });
});
