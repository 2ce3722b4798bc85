import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { StartupError } from '@tristore/common/errors.ts';
import type { Dataset } from './dataset/dataset.ts';
import { makeView, makeVocabularies } from './dataset/make-view.ts';
import { readDataset } from './dataset/read-dataset.ts';
import { scanCsv } from './dataset/scan-csv.ts';
import type { ViewFile } from './dataset/view-file.ts';

export interface LoadedData {
  dataset: Dataset;
  /** Base name and fingerprint: where the file lay is nobody's business. */
  file: string;
  sha256: string;
}

/** The file as a dataset, in two passes over it. @throws StartupError, each naming the file */
export async function loadData(
  path: string,
  viewFile: ViewFile,
  roles: { target: string; id: string; name: string },
): Promise<LoadedData> {
  await access(path).catch(() => {
    throw new StartupError(`--data: there is no file ${path}`);
  });
  const file = basename(path);
  try {
    const scan = await scanCsv(path);
    const view = makeView(scan, viewFile, roles, roles.name);
    const vocabularies = makeVocabularies(scan, view);
    const dataset = await readDataset(path, scan.rows, view, vocabularies, roles);
    return { dataset, file, sha256: scan.sha256 };
  } catch (error) {
    if (error instanceof StartupError) throw new StartupError(`${file}: ${error.message}`);
    throw error;
  }
}
