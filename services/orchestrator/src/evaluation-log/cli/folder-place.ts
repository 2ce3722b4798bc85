import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StartupError } from '@tristore/common/errors.ts';
import { segmentPath } from '../segment-files.ts';
import { SET_ASIDE, setAsideIn } from '../set-aside.ts';
import { Spool } from '../spool.ts';
import { claim, isHeld, listFolders } from '../spool-folder.ts';
import { leaveFolder, listStreams, listUndelivered } from '../undelivered.ts';
import type { Draining, Outlet, SpoolPlace, StoredAside, StoredReplica } from './spool-place.ts';

const ifMissing =
  <T>(instead: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code !== 'ENOENT') throw error;
    return instead;
  };

/** The spools below a folder, as the replicas on this volume keep them. */
export class FolderPlace implements SpoolPlace {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /** @throws StartupError where there is no such folder */
  static async open(root: string): Promise<FolderPlace> {
    const found = await stat(root).catch(() => undefined);
    if (!found?.isDirectory()) throw new StartupError(`there is no folder ${root}`);
    return new FolderPlace(root);
  }

  async replicas(): Promise<StoredReplica[]> {
    const replicas: StoredReplica[] = [];
    for (const name of await listFolders(this.#root)) {
      const path = join(this.#root, name);
      const held = await isHeld(path);
      if (!existsSync(path)) continue;
      const segments = listUndelivered(path).map(({ stream, folder, segment, offset, bytes }) => {
        const file = segmentPath(folder, segment);
        // a living process may have delivered it meanwhile
        const read = () => readFile(file).catch(ifMissing(Buffer.alloc(0)));
        return { stream, name: basename(file), offset, bytes, read };
      });
      replicas.push({ name, held, segments });
    }
    return replicas;
  }

  async setAside(): Promise<StoredAside[]> {
    const root = join(this.#root, SET_ASIDE);
    const found: StoredAside[] = [];
    for (const stream of await readdir(root).catch(ifMissing([])))
      for (const name of (await readdir(join(root, stream))).sort()) {
        const file = join(root, stream, name);
        const { size } = await stat(file);
        const remove = () => rm(file, { force: true });
        found.push({ stream, name, bytes: size, read: () => readFile(file), remove });
      }
    return found;
  }

  async *drain({ streamOf, log }: Outlet): AsyncIterable<Draining> {
    for (const replica of await listFolders(this.#root)) {
      const folder = await claim(join(this.#root, replica));
      if (!folder) continue;
      // whoever drains may want no more
      try {
        for (const name of listStreams(folder.path))
          yield* this.#drainStream(folder.path, name, streamOf, log);
      } finally {
        await leaveFolder(folder);
      }
    }
  }

  async *#drainStream(
    replica: string,
    name: string,
    streamOf: Outlet['streamOf'],
    log: Outlet['log'],
  ): AsyncIterable<Draining> {
    const spool = new Spool({
      folder: join(replica, name),
      maxBytes: 0,
      stream: streamOf(name),
      setAside: setAsideIn(this.#root, name, log),
      log,
    });
    try {
      yield {
        name: `${basename(replica)}/${name}`,
        left: () => spool.backlog().bytes,
        delivered: () => spool.counts().delivered,
        setAside: () => spool.counts().set_aside,
      };
    } finally {
      await spool.close(0);
    }
  }
}
