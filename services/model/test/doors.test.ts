import { join } from 'node:path';
import t from 'tap';
import { AUDIENCE, makeKey, sign, startIssuer } from '../../common/test/auth/issuer.ts';
import { testFolder } from '../../common/test/test-folder.ts';
import { writeAliases, writeVersion } from './fixtures.ts';
import { start } from './server-process.ts';

t.test("a JWT of the issuer opens the server's routes by its scopes", async (t) => {
  const root = join(testFolder(t), 'models');
  await writeVersion(root);
  await writeAliases(root, '1');
  const key = await makeKey('k', 'ES256');
  const issuer = await startIssuer(t, key);
  const { listening, said } = start(t, {
    REGISTRY: root,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_ALGORITHMS: 'RS256,ES256',
    OIDC_SCOPE_PREFIX: 'tristore/',
  });
  const address = await listening();
  const ask = async (path: string, choices: object) => {
    const token = await sign({ key, issuer: issuer.url, ...choices });
    return fetch(address + path, { headers: { authorization: `Bearer ${token}` } });
  };
  const predict = { claims: { scope: 'tristore/predict' } };
  t.equal((await ask('/v2/models/adder', predict)).status, 200);
  const reading = await ask('/metrics', predict);
  t.equal(reading.status, 403);
  t.match(reading.headers.get('www-authenticate'), /insufficient_scope.*scope="read"/);
  t.equal((await ask('/metrics', { claims: { scp: ['tristore/read'] } })).status, 200);
  t.equal((await ask('/v2/models/adder', { claims: { scope: 'predict' } })).status, 403, 'not our prefix');

  const expired = await ask('/v2/models/adder', { ...predict, expires: -60 });
  t.equal(expired.status, 401);
  t.equal(
    expired.headers.get('www-authenticate'),
    'Bearer realm="tristore", error="invalid_token", error_description="the token has expired"',
  );
  t.strictSame(await expired.json(), { error: 'the token has expired' });
  const none = await fetch(`${address}/v2/models/adder`);
  t.equal(none.headers.get('www-authenticate'), 'Bearer realm="tristore"');
  t.equal(
    (await fetch(`${address}/v2`, { headers: { 'x-api-key': 'secret' } })).status,
    200,
    'the service key still opens',
  );
  t.notMatch(said.out + said.err, /eyJ/, 'no token in the log');
});
