import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { ENVARS } from '../envars.ts';
import { StartupError } from '../errors.ts';
import { isLoopback } from '../loopback-host.ts';
import { JWT_ALGORITHMS } from './json-web-tokens.ts';

/** Settings of both services about who may call; to be spread into the schema of their environment. */
export const AUTH_SETTINGS = {
  [ENVARS.SERVICE_KEY]: Type.Optional(Type.String({ minLength: 1 })),
  [ENVARS.SERVICE_KEY_FILE]: Type.Optional(Type.String({ minLength: 1 })),
  [ENVARS.OIDC_ISSUER]: Type.Optional(
    Type.String({ format: 'uri', description: 'as its discovery document names it' }),
  ),
  [ENVARS.OIDC_AUDIENCE]: Type.Optional(Type.String({ minLength: 1 })),
  [ENVARS.OIDC_ALGORITHMS]: Type.String({
    default: 'RS256',
    pattern: `^(${JWT_ALGORITHMS.join('|')})(,(${JWT_ALGORITHMS.join('|')}))*$`,
  }),
  [ENVARS.OIDC_CLOCK_TOLERANCE_SECONDS]: Type.Integer({ minimum: 0, maximum: 300, default: 5 }),
  [ENVARS.OIDC_SCOPE_PREFIX]: Type.String({ default: '' }),
};
const Settings = Type.Object(AUTH_SETTINGS);
export type AuthSettings = Static<typeof Settings>;

/** @returns the service key from its file, where one is named */
function serviceKeyOf({ SERVICE_KEY: key, SERVICE_KEY_FILE: file }: AuthSettings): string | undefined {
  if (!file) return key;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new StartupError(`${ENVARS.SERVICE_KEY_FILE}: ${(error as Error).message}`);
  }
  if (!text) throw new StartupError(`${ENVARS.SERVICE_KEY_FILE}: ${file} is empty`);
  return text;
}

/**
 * Checks what one variable alone does not show, and reads the service key from its file.
 * @throws StartupError naming the variable
 */
export function readAuthSettings<T extends AuthSettings>(settings: T): Omit<T, 'SERVICE_KEY_FILE'> {
  const { SERVICE_KEY_FILE: _file, ...rest } = settings;
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = settings;
  if (!issuer !== !audience) {
    const [lacking, given] = issuer
      ? [ENVARS.OIDC_AUDIENCE, ENVARS.OIDC_ISSUER]
      : [ENVARS.OIDC_ISSUER, ENVARS.OIDC_AUDIENCE];
    throw new StartupError(`${lacking} is missing: ${given} needs it`);
  }
  if (issuer) {
    const { protocol, hostname } = new URL(issuer);
    if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname)))
      throw new StartupError(
        `${ENVARS.OIDC_ISSUER} must be https: whoever can change its keys can open any door`,
      );
  }
  const key = serviceKeyOf(settings);
  return key === undefined ? rest : { ...rest, SERVICE_KEY: key };
}
