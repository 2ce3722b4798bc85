import { mkdir } from 'node:fs/promises';
import dynalite from 'dynalite';
import { type Listening, listenOnLoopback } from './loopback.ts';

/** DynamoDB by dynalite, kept in LevelDB below `folder`: a write that was answered survives the process. */
export async function startDynamoDb({ folder }: { folder: string }): Promise<Listening> {
  await mkdir(folder, { recursive: true });
  const server = dynalite({ path: folder, createTableMs: 0 });
  const endpoint = await listenOnLoopback(server);
  return {
    endpoint,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
