import { open } from 'node:fs/promises';

/** Waits until a file's content, or a folder's list of names, is on disk. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
