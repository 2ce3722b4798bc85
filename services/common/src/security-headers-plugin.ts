import fp from 'fastify-plugin';

/**
 * What the OWASP REST Security Cheat Sheet asks of an API's answers. Whoever answers otherwise says so itself: Swagger
 * UI has a policy of its own and lets its files be cached.
 */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  // browsers take it over https alone (RFC 6797, section 8.1)
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** These headers on every answer, refusals too. */
export const securityHeadersPlugin = fp(
  async (app) => {
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(SECURITY_HEADERS);
      done();
    });
  },
  { name: 'security-headers' },
);
