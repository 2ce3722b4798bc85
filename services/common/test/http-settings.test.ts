import t from 'tap';
import { Type } from 'typebox';
import { httpRulesOf, httpSettings } from '../src/http-settings.ts';
import { parserOf } from '../src/validate.ts';

const parse = parserOf(Type.Object(httpSettings({ maxBodyBytes: 1_048_576 })), 'environment', {
  coerce: true,
});
const read = (environment: Record<string, string>) => httpRulesOf(parse({ ...environment }));

t.test('closed as it comes: no page of another origin, no proxy believed, everything limited', async (t) => {
  t.strictSame(read({}), {
    maxBodyBytes: 1_048_576,
    maxHeaderBytes: 16_384,
    requestsPerMinute: 60_000,
    corsOrigins: [],
    trustedProxies: [],
  });
});

t.test('lists have commas between', async (t) => {
  const rules = read({
    CORS_ORIGINS: 'https://pages.example, http://localhost:3000',
    TRUSTED_PROXIES: '10.0.0.0/16,192.0.2.1,2001:db8::/32',
  });
  t.strictSame(rules.corsOrigins, ['https://pages.example', 'http://localhost:3000']);
  t.strictSame(rules.trustedProxies, ['10.0.0.0/16', '192.0.2.1', '2001:db8::/32']);
});

t.test('what does not fit names its variable', async (t) => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ CORS_ORIGINS: '*' }, /^CORS_ORIGINS: \* is no origin/],
    [{ CORS_ORIGINS: 'https://pages.example/' }, /^CORS_ORIGINS: https:\/\/pages.example\/ is no origin/],
    [{ CORS_ORIGINS: 'http://pages.example' }, /^CORS_ORIGINS: .*https but for loopback/],
    [{ CORS_ORIGINS: 'null' }, /^CORS_ORIGINS: null/],
    [{ TRUSTED_PROXIES: '0.0.0.0/0' }, /^TRUSTED_PROXIES: 0.0.0.0\/0 is no address, nor a network/],
    [{ TRUSTED_PROXIES: '::/0' }, /^TRUSTED_PROXIES/],
    [{ TRUSTED_PROXIES: 'true' }, /^TRUSTED_PROXIES: true/],
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, /^TRUSTED_PROXIES/],
    [{ MAX_BODY_BYTES: '0' }, /MAX_BODY_BYTES must be >= 1024/],
    [{ MAX_HEADER_BYTES: '1000000' }, /MAX_HEADER_BYTES must be <= 65536/],
    [{ RATE_LIMIT_PER_MINUTE: '-1' }, /RATE_LIMIT_PER_MINUTE must be >= 0/],
  ];
  for (const [environment, message] of cases)
    t.throws(() => read(environment), { message }, JSON.stringify(environment));
});
