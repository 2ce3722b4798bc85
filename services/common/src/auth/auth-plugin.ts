import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { TristoreError } from '../errors.ts';
import '../route-config.ts';
import { Credential } from './credential.ts';
import type { Authenticator, Principal, Scope } from './principal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** Reads `x-api-key`, or `Authorization: Bearer`. */
function credentialOf({ headers }: FastifyRequest): Credential | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key) return new Credential(key);
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return token === undefined ? undefined : new Credential(token);
}

/** Asks one after the other; without a promise as long as each answers without. */
function principalOf(
  [first, ...others]: readonly Authenticator[],
  credential: Credential,
): Principal | undefined | Promise<Principal | undefined> {
  if (!first) return undefined;
  const answer = first.authenticate(credential);
  if (answer instanceof Promise) return answer.then((found) => found ?? principalOf(others, credential));
  return answer ?? principalOf(others, credential);
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

/**
 * Every route needs a key unless its config says `open`; a route's `scope` must be among the key's. The check runs
 * before the body is read, and without a promise for a key seen before: it is on the path of every prediction.
 */
export const authPlugin = fp<{ authenticators: readonly Authenticator[] }>(
  async (app, { authenticators }) => {
    app.decorateRequest('principal', null);
    app.addHook('onRequest', (request, reply, done) => {
      const { open, scope } = request.routeOptions.config;
      if (open || request.is404) return done();
      const credential = credentialOf(request);
      const refuse = (error: TristoreError) => {
        challenge(reply, error, credential !== undefined, scope);
        done(error);
      };
      const admit = (principal: Principal | undefined) => {
        if (!principal) return refuse(new TristoreError('unauthenticated', 'the key is not known'));
        if (scope && !principal.scopes.includes(scope))
          return refuse(new TristoreError('forbidden', `the key lacks the scope ${scope}`));
        request.principal = principal;
        done();
      };
      if (!credential)
        return refuse(
          new TristoreError('unauthenticated', 'a key is needed: send it in the header x-api-key'),
        );
      let principal: ReturnType<typeof principalOf>;
      try {
        principal = principalOf(authenticators, credential);
      } catch (error) {
        return refuse(judged(error));
      }
      if (principal instanceof Promise) principal.then(admit, (error: unknown) => refuse(judged(error)));
      else admit(principal);
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
