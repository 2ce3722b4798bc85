import { parseCommandLine } from '@tristore/common/command-line.ts';
import { synthesise } from '../commands/assembly.ts';
import { cdk } from '../commands/cdk.ts';
import { checkAccount } from '../commands/checks/account.ts';
import { EXIT_CODES, imagesOf, stageOption } from '../commands/options.ts';
import { runCommand } from '../commands/run-command.ts';
import { loadStage, STAGE_NAMES } from '../stages/load-stage.ts';

const USAGE = `Usage: npm run diff -- --stage ${STAGE_NAMES.join('|')} [--images LIST]

Shows what a deployment would change. Changes nothing.

  --stage NAME    the stage
  --images LIST   as npm run deploy takes it; without it the images are those that would be built here

${EXIT_CODES}`;

await runCommand('diff', async () => {
  const { values } = parseCommandLine({ options: { ...stageOption, images: { type: 'string' } } });
  if (values.help) return void process.stdout.write(USAGE);
  const stage = loadStage(values.stage);
  const images = imagesOf(values.images);
  await checkAccount(stage);
  const { folder } = await synthesise({ stage, images });
  // a change set would need roles and time, and a template says the same
  await cdk({ command: 'diff', folder, region: stage.region, args: ['--method', 'template'] });
});
