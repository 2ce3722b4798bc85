import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { Type } from 'typebox';
import { parserOf } from '../validate.ts';

/** The keys are read again after this long, beside the requests. */
const REFRESH_MS = 600_000;
/** A key that is not among them is asked for at most this often: anybody can make one up. */
const COOLDOWN_MS = 30_000;
/** After a failure nobody waits for the issuer again for this long. */
const RETRY_MS = 5_000;
const TIMEOUT_MS = 2_000;

const parseDiscovery = parserOf(
  Type.Object({ issuer: Type.String(), jwks_uri: Type.String({ format: 'uri' }) }),
  'discovery document',
);

async function discover(issuer: string): Promise<URL> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  const document = parseDiscovery(await answer.json());
  // OpenID Connect Discovery 1.0, section 4.3: must be exactly the one that was asked
  if (document.issuer !== issuer) throw new Error(`${url} is of the issuer ${document.issuer}`);
  const { protocol } = new URL(issuer);
  const keys = new URL(document.jwks_uri);
  if (keys.protocol !== protocol) throw new Error(`${url} leads from ${protocol} to ${keys.protocol}`);
  return keys;
}

/** Runs `work` once at a time for all who ask; for a while after a failure it fails at once. */
function guarded<T>(work: () => Promise<T>, retryMs: number): () => Promise<T> {
  let running: Promise<T> | undefined;
  let failure: { error: unknown; at: number } | undefined;
  return () => {
    if (failure && Date.now() - failure.at < retryMs) return Promise.reject(failure.error);
    running ??= work()
      .catch((error: unknown) => {
        failure = { error, at: Date.now() };
        throw error;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}

/** `fetch` that after a failure fails at once for a while. */
function failingFast(retryMs: number): typeof fetch {
  let failedAt = Number.NEGATIVE_INFINITY;
  return async (url, init) => {
    if (Date.now() - failedAt < retryMs) throw new Error('the issuer did not answer a moment ago');
    const answer = await fetch(url, init).catch((error: unknown) => {
      failedAt = Date.now();
      throw error;
    });
    if (!answer.ok) failedAt = Date.now();
    return answer;
  };
}

/**
 * The public keys of an OpenID Connect issuer, found by its discovery document and cached. Keys that were read once
 * stay good while the issuer cannot be reached; a token signed by a new key makes it read them at once.
 */
export function issuerKeys(
  issuer: string,
  options: { refreshMs?: number; cooldownMs?: number; retryMs?: number } = {},
): JWTVerifyGetKey {
  const { refreshMs = REFRESH_MS, cooldownMs = COOLDOWN_MS, retryMs = RETRY_MS } = options;
  let read: { keys: JWTVerifyGetKey; at: number } | undefined;
  const open = guarded(async () => {
    const keys = createRemoteJWKSet(await discover(issuer), {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: cooldownMs,
      // read again beside the requests, below: here the request would wait, and fail where the issuer is away
      cacheMaxAge: Number.POSITIVE_INFINITY,
      [customFetch]: failingFast(retryMs),
    });
    await keys.reload();
    read = { keys, at: Date.now() };
    return keys;
  }, retryMs);
  return async (header, token) => {
    if (!read) return (await open())(header, token);
    // should it fail, the keys at hand go on
    if (Date.now() - read.at > refreshMs) open().catch(() => {});
    return read.keys(header, token);
  };
}
