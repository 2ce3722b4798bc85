import { setTimeout as wait } from 'node:timers/promises';
import { jwtVerify } from 'jose';
import t from 'tap';
import { issuerKeys } from '../../src/auth/issuer-keys.ts';
import { makeKey, type SigningKey, sign, startIssuer } from './issuer.ts';

let keys: SigningKey[];
t.before(async () => {
  keys = await Promise.all(['one', 'two', 'three'].map((kid) => makeKey(kid)));
});
const key = (i: number) => keys[i] as SigningKey;

t.test('a rotated key is found at once, and the old one goes with the next refresh', async (t) => {
  const issuer = await startIssuer(t, key(0));
  const verify = async (i: number, get: ReturnType<typeof issuerKeys>) =>
    jwtVerify(await sign({ key: key(i), issuer: issuer.url }), get);
  const get = issuerKeys(issuer.url, { refreshMs: 50, cooldownMs: 0 });
  await verify(0, get);
  issuer.keys = [key(1)];
  await verify(1, get);
  await wait(60);
  await verify(1, get);
  await wait(50);
  await t.rejects(verify(0, get), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
});

t.test('keys that nobody has are asked for once in the cooldown', async (t) => {
  const issuer = await startIssuer(t, key(0));
  const get = issuerKeys(issuer.url, { cooldownMs: 60_000 });
  for (let i = 0; i < 5; i++)
    await t.rejects(jwtVerify(await sign({ key: key(2), issuer: issuer.url }), get), {
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  t.equal(issuer.reads, 1);
});

for (const mode of ['hang', 'fail'] as const) {
  t.test(`while the issuer is away (${mode}), the keys at hand go on without waiting`, async (t) => {
    const issuer = await startIssuer(t, key(0));
    const get = issuerKeys(issuer.url, { refreshMs: 20, cooldownMs: 0 });
    const verify = async (i: number) => jwtVerify(await sign({ key: key(i), issuer: issuer.url }), get);
    await verify(0);
    issuer.mode = mode;
    await wait(30);
    for (let i = 0; i < 3; i++) {
      const token = await sign({ key: key(0), issuer: issuer.url });
      const started = performance.now();
      await jwtVerify(token, get);
      t.ok(performance.now() - started < 1_500, 'no wait for the time-out of 2 s');
    }
    await t.rejects(verify(1), 'a new key cannot be had');
    const started = performance.now();
    await t.rejects(verify(1), 'nor a moment later');
    t.ok(performance.now() - started < 1_500, 'which is said at once');
  });

  t.test(`an issuer that is away from the start (${mode}) is asked again after a while`, async (t) => {
    const issuer = await startIssuer(t, key(0));
    issuer.mode = mode;
    const get = issuerKeys(issuer.url, { retryMs: 2_000 });
    const token = await sign({ key: key(0), issuer: issuer.url, expires: 60 });
    await t.rejects(jwtVerify(token, get));
    issuer.mode = 'up';
    const started = performance.now();
    await t.rejects(jwtVerify(token, get), 'not at once');
    t.ok(performance.now() - started < 1_500);
    await wait(2_100);
    await jwtVerify(token, get);
  });
}

t.test('a discovery document of another issuer, or that leads off https, is not believed', async (t) => {
  const issuer = await startIssuer(t, key(0));
  const token = await sign({ key: key(0), issuer: issuer.url });
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ issuer: 'https://evil.test' }, /is of the issuer https:\/\/evil\.test/],
    [{ jwks_uri: 'https://evil.test/jwks' }, /leads from http: to https:/],
    [{ jwks_uri: 7 }, /jwks_uri must be string/],
  ];
  for (const [discovery, message] of cases) {
    issuer.discovery = discovery;
    await t.rejects(jwtVerify(token, issuerKeys(issuer.url)), { message });
  }
});
