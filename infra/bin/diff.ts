import { parseCommandLine } from '@tristore/common/command-line.ts';
import { EXIT_CODES, imagesOf, stageOption } from '../commands/options.ts';
import { runCommand } from '../commands/run-command.ts';
import { STAGE_NAMES, stageNameOf } from '../stages/stage-names.ts';

const USAGE = `Usage: npm run diff -- --stage ${STAGE_NAMES.join('|')} [--images LIST]

Shows what a deployment would change. Changes nothing.

  --stage NAME    the stage
  --images LIST   as npm run deploy takes it; without it the images are those that would be built here

${EXIT_CODES}`;

await runCommand('diff', async () => {
  const { values } = parseCommandLine({ options: { ...stageOption, images: { type: 'string' } } });
  if (values.help) return void process.stdout.write(USAGE);
  const name = stageNameOf(values.stage);
  const images = imagesOf(values.images);
  const [{ loadStage }, { checkAccount }, { synthesise }, { cdk }] = await Promise.all([
    import('../stages/load-stage.ts'),
    import('../commands/checks/account.ts'),
    import('../commands/assembly.ts'),
    import('../commands/cdk.ts'),
  ]);
  const stage = loadStage(name);
  await checkAccount(stage);
  const { folder } = await synthesise({ stage, images });
  // a change set would need roles and time, and a template says the same
  await cdk({ command: 'diff', folder, region: stage.region, args: ['--method', 'template'] });
});
