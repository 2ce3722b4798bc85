import { access } from 'node:fs/promises';
import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { formatOf } from '../files/table-file.ts';
import { EVENT_TIME } from '../import/row-reader.ts';
import type { Options } from '../options.ts';
import type { Place } from '../place.ts';
import { progressOn } from '../progress.ts';
import type { Streams } from '../run.ts';
import { RowFile } from './row-file.ts';
import { itemsIn, type RowWithId, scanView } from './scan-view.ts';

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** DuckDB, which writes the file, renames a column whose name another has but for case. */
function checkNames(names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined)
      throw new StartupError(
        `the file cannot have a column ${other} and a column ${name}; --id and --event-time name the first two`,
      );
    seen.set(name.toLowerCase(), name);
  }
}

/** `export FILE --view VIEW`. @throws StartupError where the file is there already */
export async function exportCommand(
  { subject: path, overwrite, names }: Options,
  { client, featuresTable: table }: Place,
  view: FeatureView,
  { stdout, stderr }: Streams,
): Promise<void> {
  formatOf(path);
  const { id, eventTime = EVENT_TIME } = names;
  checkNames([id, eventTime, ...view.columns.map(({ name }) => name)]);
  if (!overwrite && (await isThere(path)))
    throw new StartupError(`${path} is there already: --overwrite replaces it`);
  const items = await itemsIn(client, table);
  const startedAt = performance.now();
  const file = await RowFile.open(path, view, { id, eventTime });
  try {
    const progress = progressOn(stderr)('looked at', items || undefined);
    let rows = 0;
    let looked = 0;
    const take = (found: RowWithId[], lookedAt: number) => {
      for (const row of found) file.append(row);
      rows += found.length;
      looked += lookedAt;
      progress.at(looked);
    };
    await scanView(client, { table, view: view.name }, take).finally(progress.stop);
    await file.finish();
    const seconds = (performance.now() - startedAt) / 1000;
    stdout.write(
      `${view.name}: ${rows} rows in ${path} after ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s\n`,
    );
  } finally {
    await file.close();
  }
}
