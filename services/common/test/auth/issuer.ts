import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Test } from 'tap';

export const AUDIENCE = 'https://tristore.test';

/** A key of the issuer, with its public half as the JWKS shows it. */
export interface SigningKey {
  kid: string;
  alg: string;
  private: CryptoKey;
  public: JWK;
}

export async function makeKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const pair = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, private: pair.privateKey, public: jwk };
}

export interface TokenChoices {
  key: SigningKey;
  issuer: string;
  audience?: string;
  subject?: string | null;
  /** Seconds from now; null leaves it out. */
  expires?: number | null;
  notBefore?: number;
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
}

/** A signed token; sound unless it is told otherwise. */
export function sign(choices: TokenChoices): Promise<string> {
  const { key, issuer, audience = AUDIENCE, subject = 'ali', expires = 60, notBefore } = choices;
  const now = Math.floor(Date.now() / 1000);
  const token = new SignJWT({ scope: 'openid predict read', ...choices.claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...choices.header })
    .setIssuedAt()
    .setIssuer(issuer)
    .setAudience(audience);
  if (subject !== null) token.setSubject(subject);
  if (expires !== null) token.setExpirationTime(now + expires);
  if (notBefore !== undefined) token.setNotBefore(now + notBefore);
  return token.sign(key.private);
}

/** An OpenID Connect issuer on the wire: discovery document and JWKS. */
export interface Issuer {
  url: string;
  keys: SigningKey[];
  mode: 'up' | 'hang' | 'fail';
  /** What the discovery document says otherwise. */
  discovery: Record<string, unknown>;
  /** Requests of the JWKS. */
  reads: number;
}

export async function startIssuer(t: Test, ...keys: SigningKey[]): Promise<Issuer> {
  const issuer: Issuer = { url: '', keys, mode: 'up', discovery: {}, reads: 0 };
  const server = createServer((request, response) => {
    if (request.url === '/jwks') issuer.reads++;
    if (issuer.mode === 'hang') return;
    if (issuer.mode === 'fail') {
      response.writeHead(500).end();
      return;
    }
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': {
        issuer: issuer.url,
        jwks_uri: `${issuer.url}/jwks`,
        ...issuer.discovery,
      },
      '/jwks': { keys: issuer.keys.map((key) => key.public) },
    };
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return issuer;
}
