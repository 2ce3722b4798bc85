import { resolve } from 'node:path';
import { parseCommandLine } from '@tristore/common/command-line.ts';
import { synthesise } from '../commands/assembly.ts';
import { EXIT_CODES, stageOption } from '../commands/options.ts';
import { runCommand } from '../commands/run-command.ts';
import { loadStage, STAGE_NAMES } from '../stages/load-stage.ts';

const USAGE = `Usage: npm run synth -- --stage ${STAGE_NAMES.join('|')} [--out DIR]

Writes the CloudFormation templates of a stage, and holds them against the rules of AWS Solutions (cdk-nag) and of
CloudFormation. Needs neither credentials nor a network.

  --stage NAME   the stage
  --out DIR      where to (infra/cdk.out/NAME)

${EXIT_CODES}`;

await runCommand('synth', async () => {
  const { values } = parseCommandLine({ options: { ...stageOption, out: { type: 'string' } } });
  if (values.help) return void process.stdout.write(USAGE);
  const stage = loadStage(values.stage);
  const { folder, stacks } = await synthesise({
    stage,
    folder: values.out && resolve(values.out),
    checked: true,
  });
  process.stdout.write(`${folder}: ${stacks.length} stacks, nothing to look up\n`);
  for (const { name, template } of stacks)
    process.stdout.write(`  ${name}: ${Object.keys(template.Resources ?? {}).length} resources\n`);
});
