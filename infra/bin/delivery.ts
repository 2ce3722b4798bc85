import { fileURLToPath } from 'node:url';
import { parseCommandLine } from '@tristore/common/command-line.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { EXIT_CODES } from '../commands/options.ts';
import { runCommand } from '../commands/run-command.ts';

const USAGE = `Usage: npm run delivery

Writes the template of what GitHub needs in an account (infra/stages/delivery.ts) to infra/cdk.out/delivery, for
npx cdk deploy --app infra/cdk.out/delivery. Needs neither credentials nor a network.

${EXIT_CODES}`;

await runCommand('delivery', async () => {
  const { values } = parseCommandLine({ options: { help: { type: 'boolean', default: false } } });
  if (values.help) return void process.stdout.write(USAGE);
  const { default: settings } = await import('../stages/delivery.ts');
  const { NOBODYS } = await import('../stages/delivery-settings.ts');
  if (settings.repository === NOBODYS)
    throw new StartupError(
      `write your repository into infra/stages/delivery.ts: ${NOBODYS} would let somebody else in`,
    );
  // CDK takes seconds to load: nobody waits for it whose command is refused
  const { DeliveryStack } = await import('../lib/delivery/delivery-stack.ts');
  const { newApp } = await import('../lib/app.ts');
  const { synthChecked } = await import('../checks/rules.ts');
  const outdir = fileURLToPath(new URL('../cdk.out/delivery', import.meta.url));
  const app = newApp(outdir);
  new DeliveryStack(app, 'tristore-delivery', { settings, env: { region: settings.region } });
  synthChecked(app);
  process.stdout.write(`${outdir}\nnext: npx cdk deploy --app infra/cdk.out/delivery\n`);
});
