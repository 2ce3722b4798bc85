import { fileURLToPath } from 'node:url';
import { runMain } from '@tristore/common/serve.ts';
import { App } from 'aws-cdk-lib';
import { addNag } from '../checks/nag.ts';
import { DeliveryStack } from '../lib/delivery/delivery-stack.ts';
import settings from '../stages/delivery.ts';

/** Writes the template of what GitHub needs in an account, for `cdk deploy`. */
await runMain('delivery', async () => {
  const outdir = fileURLToPath(new URL('../cdk.out/delivery', import.meta.url));
  const app = new App({ outdir, analyticsReporting: false });
  new DeliveryStack(app, 'tristore-delivery', { settings, env: { region: settings.region } });
  addNag(app);
  app.synth();
  process.stdout.write(`${outdir}\n`);
});
