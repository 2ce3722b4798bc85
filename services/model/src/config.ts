import { AUTH_SETTINGS, readAuthSettings } from '@tristore/common/auth/auth-settings.ts';
import { ENVARS } from '@tristore/common/envars.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { httpSettings } from '@tristore/common/http-settings.ts';
import { parserOf } from '@tristore/common/validate.ts';
import { type Static, Type } from 'typebox';
import { MAX_BODY_BYTES } from './limits.ts';

const Environment = Type.Object({
  [ENVARS.PORT]: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
  [ENVARS.HOST]: Type.String({ default: '0.0.0.0' }),
  [ENVARS.LOG_LEVEL]: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
  }),
  [ENVARS.REGISTRY]: Type.String({ minLength: 1, default: './model-artifacts' }),
  [ENVARS.AWS_ENDPOINT_URL]: Type.Optional(Type.String()),
  [ENVARS.AWS_ENDPOINT_URL_S3]: Type.Optional(Type.String()),
  [ENVARS.REGISTRY_POLL_MS]: Type.Integer({ minimum: 100, maximum: 3_600_000, default: 3_000 }),
  [ENVARS.MODEL_PINNED_VERSIONS]: Type.Integer({ minimum: 1, maximum: 1_000, default: 4 }),
  [ENVARS.MODEL_BACKEND]: Type.Enum(['auto', 'wasm', 'tensorflow', 'cpu'], { default: 'auto' }),
  ...AUTH_SETTINGS,
  ...httpSettings({ maxBodyBytes: MAX_BODY_BYTES }),
  [ENVARS.STATE_TABLE]: Type.Optional(
    Type.String({ minLength: 1, description: 'where API keys are; without it none of them opens' }),
  ),
  [ENVARS.BATCH_MAX_ROWS]: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1024 }),
  [ENVARS.QUEUE_MAX_ROWS]: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 65_536 }),
  [ENVARS.MAX_EVENT_LOOP_DELAY_MS]: Type.Integer({ minimum: 0, maximum: 60_000, default: 500 }),
  [ENVARS.DRAIN_MS]: Type.Integer({ minimum: 0, maximum: 20_000, default: 0 }),
});

const parse = parserOf(Environment, 'environment', { coerce: true });

export type Config = Readonly<Omit<Static<typeof Environment>, 'SERVICE_KEY_FILE'>>;

/** Reads, checks and freezes the settings. @throws SchemaError, StartupError naming the variable */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const config = readAuthSettings(parse({ ...environment }));
  if (!config.SERVICE_KEY && !config.STATE_TABLE && !config.OIDC_ISSUER)
    throw new StartupError(
      `nobody could call: set ${ENVARS.SERVICE_KEY}, ${ENVARS.SERVICE_KEY_FILE}, ${ENVARS.STATE_TABLE} or ${ENVARS.OIDC_ISSUER}`,
    );
  return Object.freeze(config);
}
