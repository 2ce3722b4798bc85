import { fileURLToPath } from 'node:url';
import { runMain } from '@tristore/common/serve.ts';
import { synthChecked } from '../checks/rules.ts';
import { newApp } from '../lib/app.ts';
import { DeliveryStack } from '../lib/delivery/delivery-stack.ts';
import settings from '../stages/delivery.ts';

/** Writes the template of what GitHub needs in an account, for `cdk deploy`. */
await runMain('delivery', async () => {
  const outdir = fileURLToPath(new URL('../cdk.out/delivery', import.meta.url));
  const app = newApp(outdir);
  new DeliveryStack(app, 'tristore-delivery', { settings, env: { region: settings.region } });
  synthChecked(app);
  process.stdout.write(`${outdir}\n`);
});
