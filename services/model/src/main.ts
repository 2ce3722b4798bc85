import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { authenticatorsOf } from '@tristore/common/auth/authenticators.ts';
import type { Authenticator } from '@tristore/common/auth/principal.ts';
import { serviceKey } from '@tristore/common/auth/service-key.ts';
import { DYNAMODB_LIMITS } from '@tristore/common/dynamodb-limits.ts';
import { httpRulesOf } from '@tristore/common/http-settings.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import { runMain } from '@tristore/common/run-main.ts';
import { serve } from '@tristore/common/serve.ts';
import { buildApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { chooseBackend } from './inference/backend.ts';
import { loadCatalogue } from './inference/catalogue.ts';

function doorsOf(config: Config): Authenticator[] {
  const service = { name: 'service', scopes: ['predict', 'read'] as const };
  const { SERVICE_KEY: key, STATE_TABLE: table } = config;
  return [
    ...(key ? [serviceKey(key, service)] : []),
    ...authenticatorsOf(config, table ? { client: new DynamoDBClient(DYNAMODB_LIMITS), table } : undefined),
  ];
}

await runMain('model', async () => {
  const config = readConfig();
  const backend = await chooseBackend(config.MODEL_BACKEND, 'serving');
  const registry = await openRegistry(config.REGISTRY, {
    s3PathStyle: Boolean(config.AWS_ENDPOINT_URL_S3 ?? config.AWS_ENDPOINT_URL),
  });
  const catalogue = await loadCatalogue(registry, { pinned: config.MODEL_PINNED_VERSIONS });
  const app = await buildApp({
    catalogue,
    backend,
    authenticators: doorsOf(config),
    http: httpRulesOf(config),
    logLevel: config.LOG_LEVEL,
    maxEventLoopDelayMs: config.MAX_EVENT_LOOP_DELAY_MS,
    batchLimits: { maxRows: config.BATCH_MAX_ROWS, maxQueuedRows: config.QUEUE_MAX_ROWS },
    pollMs: config.REGISTRY_POLL_MS,
    drainMs: config.DRAIN_MS,
  });
  app.log.info({ backend }, 'backend chosen');
  if (!catalogue.entries.length)
    app.log.warn(
      { registry: config.REGISTRY },
      'the registry is empty: models are served as they are published',
    );
  for (const { name, versions, broken, labels, aliasFault } of catalogue.entries) {
    app.log.info({ model: name, versions: [...versions.keys()], labels }, 'model loaded');
    if (!labels.champion) app.log.warn({ model: name }, 'no champion: requests must name the version');
    if (aliasFault) app.log.error({ model: name, why: aliasFault }, 'the aliases cannot be read');
    for (const [version, why] of broken) app.log.error({ model: name, version, why }, 'a version is broken');
  }
  await serve(app, { host: config.HOST, port: config.PORT });
});
