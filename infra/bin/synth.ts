import { fileURLToPath } from 'node:url';
import { parseCommandLine } from '@tristore/common/command-line.ts';
import { runMain } from '@tristore/common/serve.ts';
import { tristore } from '../lib/tristore.ts';
import { loadStage } from '../stages/load-stage.ts';

await runMain('synth', async () => {
  const { values } = parseCommandLine({ options: { stage: { type: 'string' } } });
  const stage = await loadStage(values.stage);
  const outdir = fileURLToPath(new URL(`../cdk.out/${stage.name}`, import.meta.url));
  tristore({ stage, outdir }).app.synth();
  process.stdout.write(`${outdir}\n`);
});
