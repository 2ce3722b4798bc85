import { UsageError } from '@tristore/common/command-line.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { viewNamed } from '@tristore/orchestrator/feature-store/change-view.ts';
import { DynamoDbFeatureStore } from '@tristore/orchestrator/feature-store/dynamodb-feature-store.ts';
import { DynamoDbViewStore } from '@tristore/orchestrator/feature-store/dynamodb-view-store.ts';
import { readFeatures } from '@tristore/orchestrator/feature-store/write-features.ts';
import { exportCommand } from './export/export-command.ts';
import { importCommand } from './import/import-command.ts';
import { readOptions, USAGE } from './options.ts';
import { openPlace } from './place.ts';
import type { Output } from './progress.ts';
import { reasonOf } from './reason.ts';

/** Where a command writes: results to stdout, everything on the way to stderr. */
export interface Streams {
  stdout: { write(text: string): unknown };
  stderr: Output;
}

async function follow(args: string[], streams: Streams): Promise<void> {
  const options = readOptions(args);
  if (!options) {
    streams.stdout.write(USAGE);
    return;
  }
  const place = await openPlace(options.place, options.atOnce);
  const store = new DynamoDbFeatureStore({ client: place.client, table: place.featuresTable });
  try {
    const view = await viewNamed(new DynamoDbViewStore(place.client, place.stateTable), options.view);
    const key = { view: view.name, id: options.subject };
    switch (options.command) {
      case 'import':
        return await importCommand(options, place, store, view, streams);
      case 'export':
        return await exportCommand(options, place, view, streams);
      case 'get':
        streams.stdout.write(`${JSON.stringify(await readFeatures(store, view, key.id), null, 2)}\n`);
        return;
      case 'delete':
        if (!(await store.delete(key)))
          throw new StartupError(`the view ${view.name} holds no row for ${key.id}`);
        streams.stdout.write(`deleted ${key.id} of ${view.name}\n`);
    }
  } finally {
    place.client.destroy();
  }
}

/** `npm run features -- …`. @returns the exit code: 1 where it could not be done, 2 for what cannot be followed */
export async function runCommand(args: string[], streams: Streams): Promise<number> {
  try {
    await follow(args, streams);
    return 0;
  } catch (error) {
    streams.stderr.write(`features: ${reasonOf(error as Error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
