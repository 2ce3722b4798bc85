import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { StartupError } from '@tristore/common/errors.ts';
import { LOCAL_AWS } from '../local-aws.ts';
import { mirrorEvaluationStore } from './mirror.ts';

/** On a terminal, one line that counts up; elsewhere nothing. */
function progressLine(output: NodeJS.WriteStream) {
  if (!output.isTTY) return { show: () => {}, clear: () => {} };
  return {
    show: (table: string, read: number, of: number) =>
      output.write(`\r\x1b[Kreading ${table}: ${read} of ${of} objects`),
    clear: () => output.write('\r\x1b[K'),
  };
}

/**
 * The evaluation store of `docker compose up` in a temporary folder, read anew each time.
 * @param endpoint of the AWS emulator
 * @throws StartupError where it cannot be reached
 */
export async function openMirroredStore(
  endpoint: string,
): Promise<{ root: string; close: () => Promise<void> }> {
  const client = new S3Client({ ...LOCAL_AWS, endpoint, forcePathStyle: true, maxAttempts: 2 });
  const root = await mkdtemp(join(tmpdir(), 'tristore-query-'));
  const close = () => rm(root, { recursive: true, force: true });
  const line = progressLine(process.stderr);
  try {
    const { refused } = await mirrorEvaluationStore(client, root, line.show);
    line.clear();
    if (refused)
      process.stderr.write(`query: ${refused} records left out: Firehose's conversion would refuse them\n`);
    return { root, close };
  } catch (error) {
    line.clear();
    await close();
    const { name, message } = error as Error;
    if (name === 'NoSuchBucket') throw new StartupError(`${endpoint} holds no evaluation store yet`);
    throw new StartupError(
      `S3 cannot be read at ${endpoint}: ${message || name}; docker compose up starts it, --endpoint names another`,
    );
  } finally {
    client.destroy();
  }
}
