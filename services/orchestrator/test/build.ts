import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Principal, SCOPES } from '@tristore/common/auth/principal.ts';
import { serviceKey } from '@tristore/common/auth/service-key.ts';
import type { OutcomeRecord } from '@tristore/common/contracts/outcome.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import type { EvaluationQuery } from '@tristore/common/evaluation-store/evaluation-query.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { createTables } from '@tristore/local/create-resources.ts';
import { startDynamoDb } from '@tristore/local/dynamodb.ts';
import type { Listening } from '@tristore/local/loopback.ts';
import type { Test } from 'tap';
import { allButOne } from '../../common/test/auth/walk-doors.ts';
import { testFolder } from '../../common/test/test-folder.ts';
import { buildApp } from '../src/app.ts';
import { TwoStreamLog } from '../src/evaluation-log/two-stream-log.ts';
import { DynamoDbFeatureStore } from '../src/feature-store/dynamodb-feature-store.ts';
import { DynamoDbViewStore } from '../src/feature-store/dynamodb-view-store.ts';
import { DynamoDbIdempotencyStore } from '../src/idempotency/dynamodb-idempotency-store.ts';
import type { ModelAnswer, ModelClient, ScoreRequest } from '../src/model-client/model-client.ts';
import { ModelCatalog } from '../src/prediction/model-catalog.ts';
import { spoolIn } from './evaluation-log/log-in.ts';
import { RecordingStream } from './evaluation-log/recording-stream.ts';
import { REGISTRY } from './registry.ts';

export const KEY = 'test-key';
export { REGISTRY };

/** A model whose answer says what it was asked: it squashes the sum of its inputs. */
export class SummingModel implements ModelClient {
  asked: ScoreRequest[] = [];
  failure: Error | undefined;
  /** Versions that cannot answer, and why. */
  readonly broken = new Map<string, Error>();

  async score(request: ScoreRequest): Promise<ModelAnswer> {
    const failure = this.failure ?? this.broken.get(request.version);
    if (failure) throw failure;
    this.asked.push(request);
    const sum = request.vector.reduce((total, x) => total + x, 0);
    return { probability: 1 / (1 + Math.exp(-sum / 1e6)), reasons: request.explain ? ['a reason'] : [] };
  }
  async ready(): Promise<boolean> {
    return !this.failure;
  }
  async close(): Promise<void> {}
}

/** A client of the credit-default view with every column in range. */
export const CLIENT = {
  LIMIT_BAL: 120_000,
  SEX: 2,
  EDUCATION: 2,
  MARRIAGE: 1,
  AGE: 35,
  ...Object.fromEntries(['PAY_0', 'PAY_2', 'PAY_3', 'PAY_4', 'PAY_5', 'PAY_6'].map((name) => [name, 0])),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((month) => [`BILL_AMT${month}`, 10_000 * month])),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((month) => [`PAY_AMT${month}`, 1_000 * month])),
};

/** The orchestrator on a DynamoDB of its own; the records that it delivers are kept in memory. */
export async function build(
  t: Test,
  options: {
    scopes?: Principal['scopes'];
    registry?: Registry;
    deadlineMs?: number;
    /** That of another app: this one is a further replica. */
    dynamoDb?: Listening;
    evaluationStore?: EvaluationQuery;
  } = {},
) {
  const { scopes = SCOPES, registry = new FolderRegistry(REGISTRY), deadlineMs = 2_000 } = options;
  const dynamoDb = options.dynamoDb ?? (await startDynamoDb({ folder: testFolder(t) }));
  const client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  if (!options.dynamoDb) await createTables(client);
  const views = new DynamoDbViewStore(client, TABLES.state.name);
  const manifest = await readManifest(registry, 'credit-default', '1');
  for (const view of manifest.feature_views) await views.put(view, undefined);

  const predictions = new RecordingStream();
  const outcomes = new RecordingStream();
  const spools = `${t.testdirName}/${options.dynamoDb ? randomUUID() : 'first'}`;
  const log = new TwoStreamLog({
    predictions: spoolIn(`${spools}/spool/predictions`, predictions, 10_000_000),
    outcomes: spoolIn(`${spools}/spool/outcomes`, outcomes, 10_000_000),
  });
  const models = new SummingModel();
  const app = await buildApp({
    authenticators: [serviceKey(KEY, { name: 'test', scopes }), ...allButOne],
    registry,
    catalog: new ModelCatalog(registry),
    features: new DynamoDbFeatureStore({ client, table: TABLES.features.name }),
    views,
    models,
    evaluationStore: options.evaluationStore,
    idempotency: new DynamoDbIdempotencyStore(client, TABLES.state.name),
    log,
    deadlineMs,
    logLevel: 'silent',
  });
  t.teardown(async () => {
    await app.close();
    client.destroy();
    if (!options.dynamoDb) await dynamoDb.close();
  });

  const call = async (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    body?: object,
    headers = {},
  ) => {
    const answer = await app.inject({
      method,
      url,
      headers: { 'x-api-key': KEY, ...headers },
      ...(body && { payload: body }),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body ? answer.json() : undefined,
    };
  };
  /** Closes the app, so that everything is delivered, and returns the records. */
  const records = async () => {
    await app.close();
    return {
      predictions: predictions.taken.map((line) => JSON.parse(line) as PredictionRecord),
      outcomes: outcomes.taken.map((line) => JSON.parse(line) as OutcomeRecord),
    };
  };
  return { app, call, records, models, log, manifest, dynamoDb, client, predictions };
}
