import { fileURLToPath } from 'node:url';
import { parseCommandLine } from '@tristore/common/command-line.ts';
import { runMain } from '@tristore/common/serve.ts';
import { addNag } from '../checks/nag.ts';
import { tristore } from '../lib/tristore.ts';
import { loadStage } from '../stages/load-stage.ts';

await runMain('synth', async () => {
  const { values } = parseCommandLine({ options: { stage: { type: 'string' } } });
  const stage = await loadStage(values.stage);
  const outdir = fileURLToPath(new URL(`../cdk.out/${stage.name}`, import.meta.url));
  const { app } = tristore({ stage, outdir });
  addNag(app);
  app.synth();
  process.stdout.write(`${outdir}\n`);
});
