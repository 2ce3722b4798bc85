import { runMain } from '@tristore/common/serve.ts';
import { launch } from './launch/launch.ts';
import { readOptions, USAGE } from './launch/options.ts';

await runMain('tristore', async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(USAGE);
  else await launch(options);
});
