import { join, resolve } from 'node:path';
import { parseCommandLine } from '@tristore/common/command-line.ts';
import { EXIT_CODES, stageOption } from '../commands/options.ts';
import { runCommand } from '../commands/run-command.ts';
import { STAGE_NAMES, type StageName, stageNameOf } from '../stages/stage-names.ts';

const USAGE = `Usage: npm run synth -- [--stage ${STAGE_NAMES.join('|')}] [--out DIR]

Writes the CloudFormation templates of one stage or of all, and holds them against the rules of AWS Solutions (cdk-nag) and of
CloudFormation. Needs neither credentials nor a network.

  --stage NAME   this stage only
  --out DIR      where to (infra/cdk.out/NAME); of all stages: DIR/NAME

${EXIT_CODES}`;

await runCommand('synth', async () => {
  const { values } = parseCommandLine({ options: { ...stageOption, out: { type: 'string' } } });
  if (values.help) return void process.stdout.write(USAGE);
  const out = values.out && resolve(values.out);
  if (values.stage !== undefined) return write(stageNameOf(values.stage), out);
  for (const name of STAGE_NAMES) await write(name, out && join(out, name));
});

async function write(name: StageName, out: string | undefined): Promise<void> {
  const { loadStage } = await import('../stages/load-stage.ts');
  const { synthesise } = await import('../commands/assembly.ts');
  const { folder, stacks } = await synthesise({ stage: loadStage(name), folder: out, checked: true });
  process.stdout.write(`${folder}: ${stacks.length} stacks, nothing to look up\n`);
  for (const { name, template } of stacks)
    process.stdout.write(`  ${name}: ${Object.keys(template.Resources ?? {}).length} resources\n`);
}
