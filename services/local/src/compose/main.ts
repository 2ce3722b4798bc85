import { parseArgs } from 'node:util';
import { StartupError } from '@tristore/common/errors.ts';
import { runMain } from '@tristore/common/run-main.ts';

const USAGE = `What docker-compose.yml runs beside the services:

  init --endpoint URL [--key KEY]    waits for the AWS emulator, and makes what is missing: tables, streams, buckets,
                                     topic, the committed model, keys, 500 synthetic clients
  welcome --url URL --shown URL      one prediction by the orchestrator at --url, and how to go on through --shown
  key                                prints the API key

  --key KEY    an API key of your choice, in place of one that is made once
`;

function read(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        endpoint: { type: 'string' },
        key: { type: 'string' },
        url: { type: 'string' },
        shown: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    return { ...values, command: positionals[0], extra: positionals.length > 1 };
  } catch (error) {
    throw new StartupError(`${(error as Error).message.split('. ')[0]}; see --help`);
  }
}

function needed(option: string, value: string | undefined): string {
  if (!value || !URL.canParse(value)) throw new StartupError(`--${option} must be a URL`);
  return value;
}

await runMain('tristore', async () => {
  const { command, help, extra, ...options } = read(process.argv.slice(2));
  if (help) process.stdout.write(USAGE);
  // each loads what it needs alone: they run at every start
  else if (command === 'init' && !extra) {
    const { initialise } = await import('./initialise.ts');
    await initialise({ endpoint: needed('endpoint', options.endpoint), key: options.key || undefined });
  } else if (command === 'welcome' && !extra) {
    const { welcome } = await import('./welcome.ts');
    await welcome({ url: needed('url', options.url), shown: needed('shown', options.shown) });
  } else if (command === 'key' && !extra) {
    const { printKey } = await import('./print-key.ts');
    await printKey();
  } else throw new StartupError('one command: init, welcome or key; see --help');
});
