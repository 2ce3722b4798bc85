import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StartupError } from '@tristore/common/errors.ts';
import { DEFAULT_DATA_FOLDER } from '../data-folder.ts';
import { checkKey } from './keys.ts';

export const USAGE = `npm start -- [options]        the whole system on this machine, without Docker

  --data DIR             where everything is kept              (.tristore)
  --key KEY              an API key of your choice             (made once, kept in DIR)
  --orchestrator-port N  port of predictions and features      (8000)
  --model-port N         port of the model server              (8080)
  --help                 this text

It starts DynamoDB, Firehose, S3 and SNS on loopback, the model server and the orchestrator, loads 500 synthetic
clients, makes one prediction as a self-test, and prints how to go on. Ctrl-C stops it.
`;

export interface LaunchOptions {
  dataDir: string;
  key: string | undefined;
  orchestratorPort: number;
  modelPort: number;
  help: boolean;
}

function portOf(option: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new StartupError(`--${option}: ${JSON.stringify(text)} is not a port (1 to 65535)`);
  return port;
}

/** @throws StartupError naming the option */
export function readOptions(args: string[]): LaunchOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        data: { type: 'string', default: DEFAULT_DATA_FOLDER },
        key: { type: 'string' },
        'orchestrator-port': { type: 'string', default: '8000' },
        'model-port': { type: 'string', default: '8080' },
        help: { type: 'boolean', default: false },
      },
    });
    checkKey(values.key);
    return {
      dataDir: resolve(values.data),
      key: values.key,
      orchestratorPort: portOf('orchestrator-port', values['orchestrator-port']),
      modelPort: portOf('model-port', values['model-port']),
      help: values.help,
    };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`${(error as Error).message.split('. ')[0]}; see npm start -- --help`);
  }
}
