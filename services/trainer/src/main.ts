import { runMain } from '@tristore/common/run-main.ts';
import { readOptions, USAGE } from './options.ts';

await runMain('train', async () => {
  const options = readOptions(process.argv.slice(2));
  if (!options) return void process.stdout.write(USAGE);
  // TensorFlow.js takes its time to load
  const { train } = await import('./train-command.ts');
  await train(options);
});
