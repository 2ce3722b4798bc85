import { FirehoseClient } from '@aws-sdk/client-firehose';
import { UsageError } from '@tristore/common/command-line.ts';
import { readSpoolSettings } from '../../config.ts';
import { FirehoseStream } from '../firehose-stream.ts';
import { openS3RescueStore } from '../rescue/s3-rescue-store.ts';
import { drain } from './drain.ts';
import { FolderPlace } from './folder-place.ts';
import { list } from './list.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { drainedText, listingText, verificationText } from './report.ts';
import { RescuedPlace } from './rescued-place.ts';
import { showProgress } from './show-progress.ts';
import type { SpoolPlace } from './spool-place.ts';
import { verify } from './verify.ts';

/** What of an error the operator can mend; else its stack helps us. */
const KNOWN = ['StartupError', 'SchemaError'];

/** Where a command writes. */
export interface Streams {
  stdout: { write(text: string): unknown };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
}

function openPlace({ dir, from }: Options): Promise<SpoolPlace> | SpoolPlace {
  const { SPOOL_DIR, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = readSpoolSettings();
  if (from === undefined) return FolderPlace.open(dir ?? SPOOL_DIR);
  return new RescuedPlace(
    openS3RescueStore(from, '--from', { pathStyle: Boolean(AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL) }),
  );
}

async function runDrain(place: SpoolPlace, options: Options, { stdout, stderr }: Streams): Promise<number> {
  const firehose = new FirehoseClient({ maxAttempts: 1 });
  const say = (fields: object, message?: string) => {
    const { err, ...rest } = fields as { err?: Error };
    stderr.write(`spool: ${message}${err ? `: ${err.message}` : ''} ${JSON.stringify(rest)}\n`);
  };
  const progress = showProgress(stderr);
  try {
    const drained = await drain(place, {
      streamOf: (name) => new FirehoseStream(firehose, name),
      patienceMs: options.patienceMs,
      poison: options.poison,
      progress: (part) => progress.update(part),
      log: { warn: say, error: say },
    });
    progress.stop();
    stdout.write(drainedText(drained));
    return drained.left_bytes + drained.left_aside + drained.set_aside > 0 ? 1 : 0;
  } finally {
    progress.stop();
    firehose.destroy();
  }
}

async function follow(args: string[], streams: Streams): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    streams.stdout.write(USAGE);
    return 0;
  }
  const place = await openPlace(options);
  if (options.command === 'drain') return runDrain(place, options, streams);
  const write = <T>(found: T, text: (found: T) => string) =>
    streams.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : text(found));
  if (options.command === 'ls') {
    write(await list(place), listingText);
    return 0;
  }
  const verification = await verify(place);
  write(verification, verificationText);
  return verification.damaged.length ? 1 : 0;
}

/** `npm run spool -- …`. @returns the exit code: 1 for damage or what is left, 2 for what cannot be followed */
export async function runCommand(args: string[], streams: Streams): Promise<number> {
  try {
    return await follow(args, streams);
  } catch (error) {
    const { name, message, stack } = error as Error;
    // an answer of AWS is no fault of ours either
    const known = KNOWN.includes(name) || '$metadata' in (error as object);
    streams.stderr.write(`spool: ${known ? message : stack}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
