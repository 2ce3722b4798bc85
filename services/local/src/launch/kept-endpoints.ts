import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '@tristore/common/errors.ts';
import type { Endpoints } from '../embedded.ts';
import { runs } from './lock.ts';

const fileIn = (dataDir: string) => join(dataDir, 'endpoints.json');

/** Leaves word of where this process' embedded services listen, for commands beside it. */
export async function keepEndpoints(dataDir: string, endpoints: Endpoints): Promise<void> {
  await writeFile(fileIn(dataDir), `${JSON.stringify({ pid: process.pid, ...endpoints })}\n`);
}

/** Where the embedded services of a data folder listen. @throws StartupError where they do not run */
export async function endpointsIn(dataDir: string): Promise<Endpoints> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch(() => '{"pid":0}');
  const { pid, ...endpoints } = JSON.parse(text) as Endpoints & { pid: number };
  if (pid && runs(pid)) return endpoints;
  throw new StartupError(
    `no system runs on ${dataDir}: npm start runs it, --data names another folder, --compose and --aws other stores`,
  );
}
