import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DayRange } from '@tristore/common/evaluation-store/table-ddl.ts';
import { type SynthesisedStore, synthesisedStore } from '../../../infra/test/synthesised-store.ts';
import { ROOT } from './launched.ts';

/** The evaluation store of a stage as CloudFormation is told to make it. */
export async function synthesised(
  stage: string,
  names: { bucket: string; database: string },
): Promise<SynthesisedStore> {
  const program = ['--import', '@tristore/common/typescript.mjs', 'infra/test/print-data-template.ts', stage];
  const options = { cwd: ROOT, maxBuffer: 8 * 1_048_576 };
  const { stdout } = await promisify(execFile)(process.execPath, program, options);
  return synthesisedStore(JSON.parse(stdout), names);
}

const columnsOf = (columns: readonly { Name: string; Type: string; Comment?: string }[]) =>
  columns.map(({ Name: name, Type: type, Comment: comment }) => ({
    name,
    type,
    ...(comment && { comment }),
    properties: {},
  }));

const empty = { serdeParameters: {}, columnStatistics: {}, writerVersion: '476', owner: 'test' };

/**
 * Puts tables and views into the folder that Trino keeps its metastore in, with the very columns, parameters and texts
 * that Glue would hold: Trino's Hive connector reads Athena's partition projection and views by itself.
 *
 * @param metastore the folder of Trino's metastore, in which the schema is already
 * @param locate where a folder that Glue knows as `s3://…` is for Trino
 * @param days in place of the range that partitions are projected over: each day costs a question 24 look-ups
 */
export async function fillMetastore(
  metastore: string,
  schema: string,
  { tables, views }: SynthesisedStore,
  locate: (location: string) => string,
  days?: DayRange,
): Promise<void> {
  const keep = async (name: string, description: object) => {
    const folder = join(metastore, schema, name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '.trinoSchema'), JSON.stringify({ ...empty, ...description }));
  };
  for (const { name, columns, partitions, parameters, location } of tables) {
    const parts = { ...parameters };
    if (days) parts['projection.dt.range'] = `${days.from},${days.to}`;
    const template = parts['storage.location.template'];
    if (template) parts['storage.location.template'] = locate(template);
    const texts = Object.entries(parts).map(([key, value]) => [key, String(value)]);
    await keep(name, {
      tableType: 'EXTERNAL_TABLE',
      dataColumns: columnsOf(columns),
      partitionColumns: columnsOf(partitions),
      parameters: { ...Object.fromEntries(texts), EXTERNAL: 'TRUE' },
      storageFormat: 'PARQUET',
      externalLocation: locate(location),
    });
  }
  for (const { name, columns, parameters, expanded, definition } of views) {
    // Athena's name for the catalog is not ours
    const here = Buffer.from(JSON.stringify({ ...definition, catalog: 'hive' })).toString('base64');
    await keep(name, {
      tableType: 'VIRTUAL_VIEW',
      dataColumns: columnsOf(columns),
      partitionColumns: [],
      parameters,
      originalStorageFormat: {},
      viewOriginalText: `/* Presto View: ${here} */`,
      viewExpandedText: expanded,
    });
  }
}
