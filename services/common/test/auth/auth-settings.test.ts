import { writeFileSync } from 'node:fs';
import t from 'tap';
import { Type } from 'typebox';
import { AUTH_SETTINGS, readAuthSettings } from '../../src/auth/auth-settings.ts';
import { parserOf } from '../../src/validate.ts';
import { testFolder } from '../test-folder.ts';

const parse = parserOf(Type.Object(AUTH_SETTINGS), 'environment', { coerce: true });
const read = (environment: Record<string, string>) => readAuthSettings(parse({ ...environment }));
const oidc = { OIDC_ISSUER: 'https://issuer.test/realm', OIDC_AUDIENCE: 'api' };

t.test('JWT are off until an issuer is set; then RS256 and 5 s of tolerance', async (t) => {
  t.strictSame(read({}).OIDC_ISSUER, undefined);
  t.match(read(oidc), { ...oidc, OIDC_ALGORITHMS: 'RS256', OIDC_CLOCK_TOLERANCE_SECONDS: 5 });
  t.equal(read({ ...oidc, OIDC_ALGORITHMS: 'ES256,EdDSA' }).OIDC_ALGORITHMS, 'ES256,EdDSA');
  t.equal(read({ ...oidc, OIDC_ISSUER: 'http://127.0.0.1:9/x' }).OIDC_ISSUER, 'http://127.0.0.1:9/x');
});

t.test('what does not fit names its variable', async (t) => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ OIDC_ISSUER: 'https://issuer.test' }, /^OIDC_AUDIENCE is missing: OIDC_ISSUER needs it/],
    [{ OIDC_AUDIENCE: 'api' }, /^OIDC_ISSUER is missing/],
    [{ ...oidc, OIDC_ISSUER: 'issuer' }, /OIDC_ISSUER must match format "uri"/],
    [{ ...oidc, OIDC_ISSUER: 'http://issuer.test' }, /^OIDC_ISSUER must be https/],
    [{ ...oidc, OIDC_ALGORITHMS: 'RS256,HS256' }, /OIDC_ALGORITHMS must match pattern/],
    [{ ...oidc, OIDC_ALGORITHMS: 'none' }, /OIDC_ALGORITHMS must match pattern/],
    [{ ...oidc, OIDC_CLOCK_TOLERANCE_SECONDS: '301' }, /OIDC_CLOCK_TOLERANCE_SECONDS must be <= 300/],
  ];
  for (const [environment, message] of cases)
    t.throws(() => read(environment), { message }, JSON.stringify(environment));
});

t.test('the service key, also from a file', async (t) => {
  const dir = testFolder(t);
  t.equal(read({ SERVICE_KEY: 'plain' }).SERVICE_KEY, 'plain');
  writeFileSync(`${dir}/key`, 'of a file\n');
  t.equal(read({ SERVICE_KEY: 'plain', SERVICE_KEY_FILE: `${dir}/key` }).SERVICE_KEY, 'of a file');
  writeFileSync(`${dir}/key`, '\n');
  t.throws(() => read({ SERVICE_KEY_FILE: `${dir}/key` }), { message: /SERVICE_KEY_FILE: .*is empty/ });
  t.throws(() => read({ SERVICE_KEY_FILE: `${dir}/none` }), { message: /SERVICE_KEY_FILE: ENOENT/ });
});
