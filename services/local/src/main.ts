import { runMain } from '@tristore/common/run-main.ts';
import { readOptions, USAGE } from './launch/options.ts';

// the SDK's reminder that Node 20 ends is for who deploys, not for who tries it out; set before a client is made
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

await runMain('tristore', async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(USAGE);
  const { launch } = await import('./launch/launch.ts');
  await launch(options);
});
