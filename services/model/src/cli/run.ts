import { UsageError } from '@tristore/common/command-line.ts';
import { readOptions, USAGE } from './options.ts';
import { inspectionText, validationText } from './report.ts';

/** What of an error the operator can mend; else its stack helps us. */
const KNOWN = ['StartupError', 'BrokenVersionError'];

/** Where a command writes. */
export interface Streams {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

async function follow(args: string[], { stdout }: Streams): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    stdout.write(USAGE);
    return 0;
  }
  const { command, folder, json } = options;
  // TensorFlow.js takes its time to load
  const [{ chooseBackend }, { validate }, { inspect }] = await Promise.all([
    import('../inference/backend.ts'),
    import('./validate.ts'),
    import('./inspect.ts'),
  ]);
  const backend = await chooseBackend(options.backend, 'serving');
  const write = <T>(found: T, text: (found: T) => string) =>
    stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : text(found));
  if (command === 'validate') {
    write(await validate(folder, backend), validationText);
    return 0;
  }
  const found = await inspect(folder);
  write(found, inspectionText);
  return found.fault ? 1 : 0;
}

/** `npm run model -- …`. @returns the exit code: 1 where a model is not sound, 2 for what cannot be followed */
export async function runCommand(args: string[], streams: Streams): Promise<number> {
  try {
    return await follow(args, streams);
  } catch (error) {
    const { name, message, stack } = error as Error;
    streams.stderr.write(`model: ${KNOWN.includes(name) ? message : stack}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
