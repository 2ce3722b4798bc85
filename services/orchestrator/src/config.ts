import { AUTH_SETTINGS, readAuthSettings } from '@tristore/common/auth/auth-settings.ts';
import { ENVARS } from '@tristore/common/envars.ts';
import { httpSettings } from '@tristore/common/http-settings.ts';
import { EVALUATION_TABLES, TABLES } from '@tristore/common/resources.ts';
import { parserOf } from '@tristore/common/validate.ts';
import { type Static, Type } from 'typebox';

const Environment = Type.Object({
  [ENVARS.PORT]: Type.Integer({ minimum: 0, maximum: 65_535, default: 8000 }),
  [ENVARS.HOST]: Type.String({ default: '0.0.0.0' }),
  [ENVARS.LOG_LEVEL]: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
  }),
  [ENVARS.REGISTRY]: Type.String({ default: './model-artifacts' }),
  [ENVARS.AWS_ENDPOINT_URL]: Type.Optional(Type.String()),
  [ENVARS.AWS_ENDPOINT_URL_S3]: Type.Optional(Type.String()),
  [ENVARS.MODEL_SERVER_URL]: Type.String({ format: 'uri', default: 'http://127.0.0.1:8080' }),
  ...AUTH_SETTINGS,
  ...httpSettings({ maxBodyBytes: 1_048_576 }),
  [ENVARS.FEATURES_TABLE]: Type.String({ default: TABLES.features.name }),
  [ENVARS.STATE_TABLE]: Type.String({ default: TABLES.state.name }),
  [ENVARS.PREDICTION_STREAM]: Type.String({ default: EVALUATION_TABLES.prediction_records.stream }),
  [ENVARS.OUTCOME_STREAM]: Type.String({ default: EVALUATION_TABLES.outcome_records.stream }),
  [ENVARS.EVALUATION_ACK]: Type.Enum(['memory', 'disk', 'firehose'], { default: 'disk' }),
  [ENVARS.EVALUATION_STORE]: Type.Optional(Type.String()),
  [ENVARS.SPOOL_DIR]: Type.String({ default: './spool' }),
  [ENVARS.SPOOL_MAX_BYTES]: Type.Integer({ minimum: 65_536, default: 1_073_741_824 }),
  [ENVARS.QUEUE_MAX_BYTES]: Type.Integer({ minimum: 65_536, default: 67_108_864 }),
  [ENVARS.SPOOL_RESCUE]: Type.Optional(Type.String({ pattern: '^s3://' })),
  [ENVARS.FEATURE_CACHE_ROWS]: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 10_000 }),
  [ENVARS.MAX_IN_FLIGHT]: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 2_000 }),
  [ENVARS.MAX_WAITING]: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 5_000 }),
  [ENVARS.MAX_EVENT_LOOP_DELAY_MS]: Type.Integer({ minimum: 0, maximum: 60_000, default: 500 }),
  [ENVARS.DRAIN_MS]: Type.Integer({ minimum: 0, maximum: 20_000, default: 0 }),
  [ENVARS.REQUEST_DEADLINE_MS]: Type.Integer({ minimum: 10, maximum: 25_000, default: 2000 }),
});

const parse = parserOf(Environment, 'environment', { coerce: true });

export type Config = Readonly<Omit<Static<typeof Environment>, 'SERVICE_KEY_FILE'>>;

/** Reads, checks and freezes the settings. @throws SchemaError, StartupError naming the variable */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const config = readAuthSettings(parse({ ...environment }));
  return Object.freeze(config);
}

const parseSpool = parserOf(
  Type.Pick(Environment, [ENVARS.SPOOL_DIR, ENVARS.AWS_ENDPOINT_URL, ENVARS.AWS_ENDPOINT_URL_S3]),
  'environment',
  { coerce: true },
);

/** What the command line on spools needs of the same settings. @throws SchemaError naming the variable */
export const readSpoolSettings = (environment: NodeJS.ProcessEnv = process.env) =>
  Object.freeze(parseSpool({ ...environment }));
