import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { authenticatorsOf } from '@tristore/common/auth/authenticators.ts';
import { DYNAMODB_LIMITS } from '@tristore/common/dynamodb-limits.ts';
import { openEvaluationQuery } from '@tristore/common/evaluation-store/open-evaluation-query.ts';
import { httpRulesOf } from '@tristore/common/http-settings.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import { runMain } from '@tristore/common/run-main.ts';
import { loggerOptions, serve } from '@tristore/common/serve.ts';
import { pino } from 'pino';
import { buildApp } from './app.ts';
import { LoopLoad } from './coalescing/loop-load.ts';
import { readConfig } from './config.ts';
import { FirehoseStream } from './evaluation-log/firehose-stream.ts';
import { openEvaluationLog } from './evaluation-log/open-evaluation-log.ts';
import { openS3RescueStore } from './evaluation-log/rescue/s3-rescue-store.ts';
import { DynamoDbFeatureStore } from './feature-store/dynamodb-feature-store.ts';
import { DynamoDbViewStore } from './feature-store/dynamodb-view-store.ts';
import { DynamoDbIdempotencyStore } from './idempotency/dynamodb-idempotency-store.ts';
import { HttpModelClient } from './model-client/http-model-client.ts';
import { ModelCatalog } from './prediction/model-catalog.ts';

await runMain('orchestrator', async () => {
  const config = readConfig();
  const load = new LoopLoad();
  const dynamoDb = new DynamoDBClient(DYNAMODB_LIMITS);
  // reads are tried again by the feature store, records by the evaluation log: one layer is enough
  const readClient = new DynamoDBClient({ ...DYNAMODB_LIMITS, maxAttempts: 1 });
  const firehose = new FirehoseClient({ maxAttempts: 1 });
  const logger = pino(loggerOptions({ name: 'orchestrator', logLevel: config.LOG_LEVEL }));
  const s3PathStyle = Boolean(config.AWS_ENDPOINT_URL_S3 ?? config.AWS_ENDPOINT_URL);
  const registry = await openRegistry(config.REGISTRY, { s3PathStyle });
  const features = new DynamoDbFeatureStore({
    client: dynamoDb,
    readClient,
    table: config.FEATURES_TABLE,
    load,
    maxWaiting: config.MAX_WAITING,
  });
  const models = new HttpModelClient({
    url: config.MODEL_SERVER_URL,
    serviceKey: config.SERVICE_KEY,
    load,
    maxWaiting: config.MAX_WAITING,
  });
  const app = await buildApp({
    http: httpRulesOf(config),
    authenticators: authenticatorsOf(config, { client: dynamoDb, table: config.STATE_TABLE }),
    registry,
    catalog: new ModelCatalog(registry),
    features,
    views: new DynamoDbViewStore(dynamoDb, config.STATE_TABLE),
    featureCacheRows: config.FEATURE_CACHE_ROWS,
    models,
    evaluationStore:
      config.EVALUATION_STORE === undefined ? undefined : openEvaluationQuery(config.EVALUATION_STORE),
    idempotency: new DynamoDbIdempotencyStore(dynamoDb, config.STATE_TABLE),
    log: await openEvaluationLog({
      acknowledgement: config.EVALUATION_ACK,
      root: config.SPOOL_DIR,
      maxBytes: config.SPOOL_MAX_BYTES,
      maxQueueBytes: config.QUEUE_MAX_BYTES,
      names: { predictions: config.PREDICTION_STREAM, outcomes: config.OUTCOME_STREAM },
      streamOf: (name) => new FirehoseStream(firehose, name),
      deadlineMs: config.REQUEST_DEADLINE_MS,
      load,
      ...(config.SPOOL_RESCUE && {
        rescue: openS3RescueStore(config.SPOOL_RESCUE, 'SPOOL_RESCUE', { pathStyle: s3PathStyle }),
      }),
      log: logger,
    }),
    dependencies: [
      {
        name: 'feature_store',
        coalescers: () => [features.reads.coalescer],
        breaker: features.reads.breaker,
      },
      { name: 'model_server', coalescers: () => models.coalescers(), breaker: models.breaker },
    ],
    deadlineMs: config.REQUEST_DEADLINE_MS,
    maxInFlight: config.MAX_IN_FLIGHT,
    drainMs: config.DRAIN_MS,
    maxEventLoopDelayMs: config.MAX_EVENT_LOOP_DELAY_MS,
    logLevel: config.LOG_LEVEL,
  });
  await serve(app, { host: config.HOST, port: config.PORT });
});
