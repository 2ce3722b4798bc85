import { runMain } from '@tristore/common/serve.ts';
import { readOptions, USAGE } from './options.ts';
import { train } from './train-command.ts';

await runMain('train', async () => {
  const options = readOptions(process.argv.slice(2));
  if (options) await train(options);
  else process.stdout.write(USAGE);
});
