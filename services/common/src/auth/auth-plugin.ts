import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { TristoreError } from '../errors.ts';
import '../route-config.ts';
import type { Authenticator, Principal } from './principal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** Reads `x-api-key`, or `Authorization: Bearer`. */
function keyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header) return header;
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

async function principalOf(
  authenticators: readonly Authenticator[],
  key: string,
): Promise<Principal | undefined> {
  let unreachable: unknown;
  for (const authenticator of authenticators) {
    try {
      const principal = await authenticator.authenticate(key);
      if (principal) return principal;
    } catch (error) {
      unreachable = error;
    }
  }
  if (unreachable)
    throw new TristoreError('not_ready', 'keys cannot be checked at the moment', {
      retryAfter: 1,
      cause: unreachable,
    });
  return undefined;
}

/**
 * Every route needs a key unless its config says `open`; a route's `scope` must be among the key's. The check runs
 * before the body is read.
 */
export const authPlugin = fp<{ authenticators: readonly Authenticator[] }>(
  async (app, { authenticators }) => {
    app.decorateRequest('principal', null);
    app.addHook('onRequest', async (request) => {
      const config: FastifyContextConfig = request.routeOptions.config;
      if (config.open || request.is404) return;
      const key = keyOf(request);
      if (!key)
        throw new TristoreError('unauthenticated', 'a key is needed: send it in the header x-api-key');
      const principal = await principalOf(authenticators, key);
      if (!principal) throw new TristoreError('unauthenticated', 'the key is not known');
      if (config.scope && !principal.scopes.includes(config.scope))
        throw new TristoreError('forbidden', `the key lacks the scope ${config.scope}`);
      request.principal = principal;
    });
  },
  { name: 'auth' },
);
