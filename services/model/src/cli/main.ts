import { chooseBackend } from '../inference/backend.ts';
import { inspect } from './inspect.ts';
import { readOptions, USAGE, UsageError } from './options.ts';
import { inspectionText, validationText } from './report.ts';
import { validate } from './validate.ts';

/** What of an error the operator can mend; else its stack helps us. */
const KNOWN = ['StartupError', 'BrokenVersionError'];

async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { command, folder, json } = options;
  const backend = await chooseBackend(options.backend, 'serving');
  const write = <T>(found: T, text: (found: T) => string) =>
    process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : text(found));
  if (command === 'validate') {
    write(await validate(folder, backend), validationText);
    return 0;
  }
  const found = await inspect(folder);
  write(found, inspectionText);
  return found.fault ? 1 : 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const { name, message, stack } = error as Error;
  process.stderr.write(`model: ${KNOWN.includes(name) ? message : stack}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
