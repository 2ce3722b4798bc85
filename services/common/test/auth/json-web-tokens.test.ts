import { createHmac } from 'node:crypto';
import { type CryptoKey, exportSPKI, importJWK } from 'jose';
import t, { type Test } from 'tap';
import { Credential } from '../../src/auth/credential.ts';
import { issuerKeys } from '../../src/auth/issuer-keys.ts';
import { JsonWebTokens, type TokenRules } from '../../src/auth/json-web-tokens.ts';
import { AUDIENCE, makeKey, type SigningKey, sign, startIssuer, type TokenChoices } from './issuer.ts';

let key: SigningKey;
t.before(async () => {
  key = await makeKey('first');
});

async function build(t: Test, rules: Partial<TokenRules> = {}) {
  const issuer = await startIssuer(t, key);
  const tokens = new JsonWebTokens(issuerKeys(issuer.url), {
    issuer: issuer.url,
    audience: AUDIENCE,
    algorithms: ['RS256'],
    clockTolerance: 5,
    ...rules,
  });
  const authenticate = (token: string) => tokens.authenticate(new Credential(token));
  const token = (choices: Partial<TokenChoices> = {}) => sign({ key, issuer: issuer.url, ...choices });
  const refused = async (text: string, why: RegExp, label: string) =>
    t.rejects(Promise.resolve(authenticate(text)), { code: 'unauthenticated', message: why }, label);
  return { issuer, authenticate, token, refused };
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

t.test('a sound token: its subject and scopes; seen once, it is judged without a promise', async (t) => {
  const { issuer, authenticate, token } = await build(t);
  const text = await token();
  t.strictSame(await authenticate(text), { id: 'sub:ali', name: 'ali', scopes: ['predict', 'read'] });
  t.match(authenticate(text), { name: 'ali' }, 'at once');
  t.match(await authenticate(await token({ subject: 'baba' })), { name: 'baba' });
  t.equal(issuer.reads, 1, 'the keys are cached');
});

t.test('scopes come from scope or scp, as words or a list; those of others are passed over', async (t) => {
  const { authenticate, token } = await build(t);
  const cases: [Record<string, unknown>, string[]][] = [
    [{ scope: undefined, scp: 'features read' }, ['features', 'read']],
    [{ scope: undefined, scp: ['outcomes', 'unknown', 7] }, ['outcomes']],
    [{ scope: undefined }, []],
    [{ scope: 42 }, []],
  ];
  for (const [claims, scopes] of cases)
    t.strictSame((await authenticate(await token({ claims })))?.scopes, scopes, JSON.stringify(claims));
  const prefixed = await build(t, { scopePrefix: 'tristore/' });
  const claims = { scope: 'tristore/predict admin' };
  t.strictSame((await prefixed.authenticate(await prefixed.token({ claims })))?.scopes, ['predict']);
});

t.test('each claim that is wrong is named', async (t) => {
  const { token, refused } = await build(t);
  const cases: [string, Partial<TokenChoices>, RegExp][] = [
    ['another issuer', { issuer: 'https://evil.test' }, /claim iss/],
    ['another audience', { audience: 'https://other.test' }, /claim aud/],
    ['expired', { expires: -6 }, /has expired/],
    ['no expiry', { expires: null }, /claim exp/],
    ['not yet valid', { notBefore: 60 }, /not valid yet/],
    ['no subject', { subject: null }, /claim sub/],
  ];
  for (const [label, choices, why] of cases) await refused(await token(choices), why, label);
});

t.test('the clocks may differ by the tolerance', async (t) => {
  const { authenticate, token } = await build(t);
  t.match(await authenticate(await token({ expires: -2 })), { name: 'ali' });
  t.match(await authenticate(await token({ notBefore: 3 })), { name: 'ali' });
});

t.test('what is signed wrongly, or not at all, is refused', async (t) => {
  const { issuer, token, refused } = await build(t);
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: issuer.url, aud: AUDIENCE, sub: 'eve', exp: now + 60, scope: 'admin' };
  const unsigned = (alg: string) => `${base64url({ alg, kid: 'first' })}.${base64url(payload)}.`;
  await refused(unsigned('none'), /algorithm/, 'alg none');
  await refused(`${unsigned('None')}x`, /algorithm/, 'alg None');

  // the public key as the secret of an HMAC: whoever verifies by the header's word would take it
  const pem = await exportSPKI((await importJWK(key.public, 'RS256')) as CryptoKey);
  for (const secret of [pem, JSON.stringify(key.public)]) {
    const signed = `${base64url({ alg: 'HS256', kid: 'first' })}.${base64url(payload)}`;
    const mac = createHmac('sha256', secret).update(signed).digest('base64url');
    await refused(`${signed}.${mac}`, /algorithm/, 'HS256 with the public key');
  }

  const [head, , signature] = (await token()).split('.');
  await refused(`${head}.${base64url(payload)}.${signature}`, /signature/, 'other claims under a signature');
  await refused(
    await token({ key: { ...(await makeKey('first')), kid: 'first' } }),
    /signature/,
    "a stranger's key under the issuer's name for it",
  );
  await refused(await token({ key: await makeKey('stranger') }), /does not show/, 'a key that is not shown');
  await refused(await token({ key: await makeKey('first', 'ES256') }), /algorithm/, 'one that is not pinned');
  await refused(`${head}.${Buffer.from('{').toString('base64url')}.${signature}`, /signature/, 'no JSON');
});

t.test('a token that brings its own key is not believed', async (t) => {
  const { issuer, token, refused } = await build(t);
  const own = await makeKey('own');
  const elsewhere = await startIssuer(t, own);
  for (const header of [{ jwk: own.public }, { jku: `${elsewhere.url}/jwks` }])
    await refused(await token({ key: own, header }), /does not show/, Object.keys(header)[0] ?? '');
  t.equal(elsewhere.reads, 0);
  t.ok(issuer.reads <= 2);
});

t.test('what is no token is left to others', async (t) => {
  const { authenticate } = await build(t);
  for (const text of ['ts_key', 'eyes.wide.shut', 'e', 'ey', 'a.b.c', `${base64url({ typ: 'JWT' })}.e30.`])
    t.equal(await authenticate(text), undefined, text);
});

t.test('a token is not taken longer than its time, though it was verified', async (t) => {
  const { authenticate, token, refused } = await build(t, { clockTolerance: 0 });
  const text = await token({ expires: 2 });
  t.match(await authenticate(text), { name: 'ali' });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await refused(text, /has expired/, 'after its end');
});
