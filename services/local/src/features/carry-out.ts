import { StartupError } from '@tristore/common/errors.ts';
import { viewNamed } from '@tristore/orchestrator/feature-store/change-view.ts';
import { DynamoDbFeatureStore } from '@tristore/orchestrator/feature-store/dynamodb-feature-store.ts';
import { DynamoDbViewStore } from '@tristore/orchestrator/feature-store/dynamodb-view-store.ts';
import { readFeatures } from '@tristore/orchestrator/feature-store/write-features.ts';
import type { Options } from './options.ts';
import { openPlace } from './place.ts';
import type { Streams } from './run.ts';

/** Does what a command says. @throws StartupError, SchemaError or what AWS answered */
export async function carryOut(options: Options, streams: Streams): Promise<void> {
  const place = await openPlace(options.place, options.atOnce);
  const store = new DynamoDbFeatureStore({ client: place.client, table: place.featuresTable });
  try {
    const view = await viewNamed(new DynamoDbViewStore(place.client, place.stateTable), options.view);
    const key = { view: view.name, id: options.subject };
    switch (options.command) {
      case 'import': {
        const { importCommand } = await import('./import/import-command.ts');
        return await importCommand(options, place, store, view, streams);
      }
      case 'export': {
        const { exportCommand } = await import('./export/export-command.ts');
        return await exportCommand(options, place, view, streams);
      }
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
