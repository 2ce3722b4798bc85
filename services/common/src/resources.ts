/** Every stored thing, once: local mode, tests and infra create from here. */

export const TABLES = {
  features: { name: 'features', partitionKey: 'pk', timeToLive: 'expires_at' },
  state: { name: 'state', partitionKey: 'pk', timeToLive: 'expires_at' },
} as const;
export type TableName = keyof typeof TABLES;

/** Glue (Hive) column types in use. */
export type GlueType =
  | 'string'
  | 'double'
  | 'timestamp'
  | 'array<string>'
  | 'map<string,double>'
  | 'map<string,string>';
export interface GlueColumn {
  name: string;
  type: GlueType;
  comment: string;
}

export const EVALUATION_TABLES = {
  prediction_records: {
    stream: 'prediction-records',
    prefix: 'prediction_records',
    /** The record's own time, by which it is partitioned `dt=YYYY-MM-DD/hour=HH`. */
    time: 'created_at',
    columns: [
      { name: 'event_id', type: 'string', comment: 'UUIDv7 of the answer; a shadow carries the same' },
      { name: 'request_id', type: 'string', comment: 'joins logs, answer and record' },
      { name: 'reference', type: 'string', comment: "the caller's own name for the case" },
      { name: 'created_at', type: 'timestamp', comment: 'UTC, exactly the millisecond in event_id' },
      { name: 'model_name', type: 'string', comment: '' },
      { name: 'model_version', type: 'string', comment: '' },
      { name: 'route', type: 'string', comment: 'champion, canary, shadow, fallback or pinned' },
      { name: 'entity_id', type: 'string', comment: 'the client' },
      { name: 'entities', type: 'map<string,string>', comment: 'further entities' },
      { name: 'features', type: 'map<string,double>', comment: 'exactly what went into the graph' },
      { name: 'protected', type: 'map<string,double>', comment: 'never went in; for fairness slices' },
      { name: 'missing', type: 'array<string>', comment: 'features that were missing or stale' },
      { name: 'out_of_range', type: 'array<string>', comment: 'features outside their allowed range' },
      { name: 'overridden', type: 'array<string>', comment: 'features that the request brought' },
      { name: 'reasons', type: 'array<string>', comment: 'reasons as answered' },
      { name: 'prediction', type: 'double', comment: '1 where probability >= threshold' },
      { name: 'probability', type: 'double', comment: 'calibrated' },
      { name: 'threshold', type: 'double', comment: '' },
      { name: 'latency_ms', type: 'double', comment: 'from the request to the record' },
      { name: 'degraded', type: 'string', comment: 'what was missing when it was answered' },
    ],
  },
  outcome_records: {
    stream: 'outcome-records',
    prefix: 'outcome_records',
    time: 'received_at',
    columns: [
      { name: 'event_id', type: 'string', comment: 'of the answer this is the outcome of' },
      { name: 'reference', type: 'string', comment: "or the caller's own name for the case" },
      { name: 'outcome', type: 'double', comment: 'what really happened' },
      { name: 'observed_at', type: 'timestamp', comment: 'UTC, when it happened' },
      { name: 'received_at', type: 'timestamp', comment: 'UTC, when we were told; the latest wins' },
      { name: 'source', type: 'string', comment: 'who says so' },
    ],
  },
} as const satisfies Record<
  string,
  { stream: string; prefix: string; time: string; columns: readonly GlueColumn[] }
>;
export type EvaluationTableName = keyof typeof EVALUATION_TABLES;

/** Partition columns of every evaluation table. */
export const PARTITION_COLUMNS = [
  { name: 'dt', type: 'string' },
  { name: 'hour', type: 'string' },
] as const;

export const BUCKETS = { evaluation: 'tristore-evaluation', artifacts: 'tristore-artifacts' } as const;

/** Where Firehose puts what it cannot convert. */
export const ERROR_PREFIX = 'errors';

export const TOPICS = { alarms: 'tristore-alarms' } as const;

/** Seconds that Firehose gathers before it writes; with conversion AWS allows 60 to 900. */
export const FIREHOSE_BUFFER_SECONDS = 60;

/** Megabytes after which it writes earlier; with conversion AWS allows no fewer. */
export const FIREHOSE_BUFFER_MB = 64;

/**
 * The balancer's path patterns that lead to the model server, in the ALB's syntax; everything else goes to the
 * orchestrator, except `/metrics`, which is not routed.
 */
export const MODEL_PATHS = ['/v2*', '/v1/models*'] as const;
export const UNROUTED_PATHS = ['/metrics*'] as const;

/** Metrics that the watching of models writes in CloudWatch's embedded format, each with these dimensions. */
export const METRICS = {
  namespace: 'Tristore',
  /** `stage` is the deployed stage's name (environment variable `STAGE`). */
  stage: 'stage',
  /** Absent on `monitor_runs`. */
  model: 'model_name',
  /** 1 for each run of the monitor that ended well. */
  monitorRuns: 'monitor_runs',
} as const;

/** An alarm about a model, with the same meaning in CloudWatch and in local mode. */
export interface ModelAlarm {
  metric: string;
  /** How values of one period become one. */
  statistic: 'Maximum' | 'Sum';
  threshold: number;
  /** It rises where the value is above, or below, the threshold. */
  when: 'above' | 'below';
  /** Seconds of one period, at least; and how many of them in a row must be so. */
  periodSeconds: number;
  periods: number;
  /** What a period without a value counts as; `unknown` leaves the alarm as it is. */
  missing: 'bad' | 'good' | 'unknown';
  meaning: string;
}

export const MODEL_ALARMS = {
  drift: {
    metric: 'drift_psi',
    statistic: 'Maximum',
    threshold: 0.25,
    when: 'above',
    periodSeconds: 3_600,
    periods: 2,
    missing: 'unknown',
    meaning:
      'a feature or the score is distributed otherwise than in training: the largest population stability index of an hour',
  },
  performance: {
    metric: 'auc_loss',
    statistic: 'Maximum',
    threshold: 0.03,
    when: 'above',
    periodSeconds: 3_600,
    periods: 2,
    missing: 'unknown',
    meaning: "by the outcomes that came in, the champion's AUC is lower than in training by more than this",
  },
  no_traffic: {
    metric: 'predictions',
    statistic: 'Sum',
    threshold: 1,
    when: 'below',
    periodSeconds: 3_600,
    periods: 1,
    missing: 'bad',
    meaning: 'nobody asked for a prediction in an hour, or none was counted',
  },
} as const satisfies Record<string, ModelAlarm>;
export type ModelAlarmName = keyof typeof MODEL_ALARMS;

/**
 * Items of the table `state` by which retraining goes, each key followed by what it is about.
 * - lease (model name): `execution` (S), the run that may retrain this model now.
 * - verdict (name of the run): written by the command `retrain` before it ends well; `blessed` (BOOL), `version` (S, the
 *   challenger's), `summary` (S, why, for people), `expires_at` (N).
 */
export const RETRAINING_KEYS = { lease: 'retraining-lease#', verdict: 'retraining-verdict#' } as const;

/** How the keys of monitoring's own items in `state` begin: windows, its lease, states of alarms. */
export const MONITORING_KEYS = 'monitoring#';
