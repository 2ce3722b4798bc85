import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import type { FeatureStore } from '@tristore/orchestrator/feature-store/feature-store.ts';
import type { Options } from '../options.ts';
import type { Place } from '../place.ts';
import { progressOn } from '../progress.ts';
import type { Streams } from '../run.ts';
import { type Imported, importFile } from './import-file.ts';
import { keepNewer, replaceAll } from './write-rows.ts';

/** `import FILE --view VIEW`. @throws StartupError, TristoreError */
export async function importCommand(
  { subject: path, progress, names, replace, atOnce }: Options,
  place: Place,
  store: FeatureStore,
  view: FeatureView,
  { stdout, stderr }: Streams,
): Promise<void> {
  const imported = await importFile({
    path,
    progressPath: progress ?? `${path}.${view.name}.progress`,
    view,
    names,
    facts: { place: place.name, table: place.featuresTable, replace },
    write: replace
      ? replaceAll(place.client, place.featuresTable, view.name, atOnce)
      : keepNewer(store, view.name, atOnce),
    show: progressOn(stderr),
    say: (line) => stderr.write(`${line}\n`),
  });
  stdout.write(`${inWords(imported, view.name)}\n`);
}

function inWords({ rows, resumedAt, taken, seconds }: Imported, view: string): string {
  const tried = rows - resumedAt;
  const rate = Math.round(tried / Math.max(seconds, 0.001));
  const rest = tried - taken;
  const older = rest
    ? `; ${rest} older than what the store holds, or not the last with its id, stay out`
    : '';
  return `${view}: ${taken} rows written in ${seconds.toFixed(1)} s, ${rate} rows/s${older}`;
}
