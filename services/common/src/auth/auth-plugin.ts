import type { FastifyContextConfig, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import { TristoreError } from '../errors.ts';
import '../route-config.ts';
import { Credential } from './credential.ts';
import type { Authenticator, Principal, Scope } from './principal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, also where the key is known and lacks the scope; null on open routes. */
    principal: Principal | null;
  }
  interface FastifyInstance {
    /** Every route of the app, and who may call it. */
    doors: readonly Door[];
  }
}

/** A route, by its pattern, and what its config says about who may call it. */
export interface Door {
  method: string;
  url: string;
  config: FastifyContextConfig;
}

/** Reads `x-api-key`, or `Authorization: Bearer`. */
function credentialOf({ headers }: FastifyRequest): Credential | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key) return new Credential(key);
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return token === undefined ? undefined : new Credential(token);
}

/** Asks one after the other, from `next` on; without a promise as long as each answers without. */
function principalOf(
  authenticators: readonly Authenticator[],
  credential: Credential,
  next = 0,
): Principal | undefined | Promise<Principal | undefined> {
  for (let i = next; i < authenticators.length; i++) {
    const answer = authenticators[i]?.authenticate(credential);
    if (answer instanceof Promise)
      return answer.then((found) => found ?? principalOf(authenticators, credential, i + 1));
    if (answer) return answer;
  }
  return undefined;
}

/** What a refusal is called in `www-authenticate` (RFC 6750, section 3.1). */
const CHALLENGES: Readonly<Record<string, string>> = {
  unauthenticated: 'invalid_token',
  forbidden: 'insufficient_scope',
};

/** The challenge that RFC 9110 asks of every 401; without an error where nothing was presented. */
function challenge(reply: FastifyReply, error: TristoreError, presented: boolean, scope?: Scope): void {
  const name = CHALLENGES[error.code];
  if (!name) return;
  const said = presented ? `, error="${name}", error_description="${error.message}"` : '';
  const wanted = error.code === 'forbidden' && scope ? `, scope="${scope}"` : '';
  reply.header('www-authenticate', `Bearer realm="tristore"${said}${wanted}`);
}

const judged = (error: unknown): TristoreError =>
  error instanceof TristoreError
    ? error
    : new TristoreError('not_ready', 'keys cannot be checked at the moment', { retryAfter: 1, cause: error });

/** Lets a request on, or says why not. */
function admit(request: FastifyRequest, principal: Principal | undefined): TristoreError | undefined {
  if (!principal) return new TristoreError('unauthenticated', 'the key is not known');
  request.principal = principal;
  const { scope } = request.routeOptions.config;
  if (scope && !principal.scopes.includes(scope))
    return new TristoreError('forbidden', `the key lacks the scope ${scope}`);
  return undefined;
}

/** Why a request may not go on; without a promise for a caller that is known. */
function refusalOf(
  request: FastifyRequest,
  authenticators: readonly Authenticator[],
  credential: Credential | undefined,
): TristoreError | undefined | Promise<TristoreError | undefined> {
  if (!credential)
    return new TristoreError('unauthenticated', 'a key is needed: send it in the header x-api-key');
  try {
    const principal = principalOf(authenticators, credential);
    return principal instanceof Promise
      ? principal.then((found) => admit(request, found)).catch(judged)
      : admit(request, principal);
  } catch (error) {
    return judged(error);
  }
}

/**
 * Every route needs a key with the `scope` of its config, unless that says `open`; an app with a route that says
 * neither does not start. The check runs before the body is read, and without a promise for a key seen before: it is on the path of every prediction.
 */
export const authPlugin = fp<{ authenticators: readonly Authenticator[] }>(
  async (app, { authenticators }) => {
    app.decorateRequest('principal', null);
    app.addHook('onRequest', (request, reply, done) => {
      const { open, scope } = request.routeOptions.config;
      if (open || request.is404) return done();
      const credential = credentialOf(request);
      const refusal = refusalOf(request, authenticators, credential);
      if (!refusal) return done();
      void Promise.resolve(refusal).then((error) => {
        if (error) challenge(reply, error, credential !== undefined, scope);
        done(error);
      });
    });
    const routes: RouteOptions[] = [];
    app.addHook('onRoute', (route) => {
      routes.push(route);
    });
    // asked when all plugins had their say: those of the docs become open after they were made
    app.decorate('doors', {
      getter: () =>
        routes.flatMap(({ method, url, config = {} }) =>
          [method].flat().map((method) => ({ method, url, config })),
        ),
    });
    app.addHook('onReady', async () => {
      const unguarded = app.doors.filter(({ config: { open, scope } }) => !open && !scope);
      if (unguarded.length)
        throw new Error(
          `no scope, and not open: ${unguarded.map(({ method, url }) => `${method} ${url}`).join(', ')}`,
        );
    });
    app.addHook('onReady', async () => {
      for (const authenticator of authenticators) authenticator.open?.(app.log);
    });
    app.addHook('onClose', async () => {
      for (const authenticator of authenticators) authenticator.close?.();
    });
  },
  { name: 'auth' },
);
