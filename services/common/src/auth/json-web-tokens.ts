import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { TristoreError } from '../errors.ts';
import type { Credential } from './credential.ts';
import { type Authenticator, isScope, type Principal, type Scope } from './principal.ts';

/** Algorithms that a token may be signed by: asymmetric ones, so that a public key is never taken for a secret. */
export const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** A token that was verified is not verified again for this long: a key that the issuer withdrew must go soon. */
const VERIFIED_MS = 60_000;
const MAX_VERIFIED = 10_000;

export interface TokenRules {
  issuer: string;
  audience: string;
  algorithms: readonly string[];
  /** Seconds by which the clocks may differ. */
  clockTolerance: number;
  /** What stands before our scopes in the token: "tristore/" makes "tristore/predict" the scope `predict`. */
  scopePrefix?: string;
}

/** Scopes of the claim `scope` (RFC 8693: words) or `scp` (words or a list). */
function scopesOf({ scope, scp }: JWTPayload, prefix: string): Scope[] {
  const words = [scope, scp].flatMap((claim) =>
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [],
  );
  return words
    .filter((word): word is string => typeof word === 'string' && word.startsWith(prefix))
    .map((word) => word.slice(prefix.length))
    .filter(isScope);
}

/** Why a token is refused; undefined where the fault is not the token's. */
function faultOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'nbf'
      ? 'the token is not valid yet'
      : `the claim ${error.claim} of the token is missing or another than it must be`;
  if (error instanceof errors.JOSEAlgNotAllowed)
    return 'the token is signed by an algorithm that is not taken';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature of the token is wrong';
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'the token is signed by a key that its issuer does not show';
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return 'the token does not say which key of its issuer signed it';
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid)
    return 'the token is malformed';
  if (error instanceof errors.JOSENotSupported) return 'the token needs what is not supported';
  return undefined;
}

function isToken(text: string): boolean {
  if (text.split('.').length !== 3) return false;
  try {
    return decodeProtectedHeader(text).alg !== undefined;
  } catch {
    return false;
  }
}

/**
 * Signed JWT of one OpenID Connect issuer. Pinned algorithms; issuer, audience and expiry must be in it. A token that
 * was verified counts for a minute, or until it expires, without a look at the signature.
 */
export class JsonWebTokens implements Authenticator {
  readonly #keys: JWTVerifyGetKey;
  readonly #rules: TokenRules;
  readonly #verified = new Map<string, { principal: Principal; until: number }>();

  constructor(keys: JWTVerifyGetKey, rules: TokenRules) {
    this.#keys = keys;
    this.#rules = rules;
  }

  authenticate(credential: Credential): Principal | undefined | Promise<Principal | undefined> {
    const { text } = credential;
    // a `{` in base64; before the digest, since most credentials are keys
    if (!text.startsWith('e')) return undefined;
    const verified = this.#verified.get(credential.digest);
    if (verified && Date.now() < verified.until) return verified.principal;
    return isToken(text) ? this.#verify(credential) : undefined;
  }

  async #verify({ text, digest }: Credential): Promise<Principal> {
    this.#verified.delete(digest);
    const { issuer, audience, algorithms, clockTolerance, scopePrefix = '' } = this.#rules;
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(text, this.#keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance,
        requiredClaims: ['exp', 'sub'],
      }));
    } catch (error) {
      const fault = faultOf(error);
      if (fault) throw new TristoreError('unauthenticated', fault, { cause: error });
      throw error;
    }
    const name = String(payload.sub);
    const principal = { id: `sub:${name}`, name, scopes: scopesOf(payload, scopePrefix) };
    const expiry = (Number(payload.exp) + clockTolerance) * 1000;
    const oldest = this.#verified.keys().next();
    if (this.#verified.size >= MAX_VERIFIED && !oldest.done) this.#verified.delete(oldest.value);
    this.#verified.set(digest, { principal, until: Math.min(expiry, Date.now() + VERIFIED_MS) });
    return principal;
  }
}
