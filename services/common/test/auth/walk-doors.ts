import type { FastifyInstance, HTTPMethods, InjectOptions } from 'fastify';
import type { Test } from 'tap';
import { type Authenticator, SCOPES, type Scope } from '../../src/auth/principal.ts';
import { serviceKey } from '../../src/auth/service-key.ts';
import { pathOf } from './inventory.ts';

const nameOf = (scope: Scope) => `all-but-${scope}`;

/** For each scope a key that has all others. */
export const allButOne: Authenticator[] = SCOPES.map((scope) =>
  serviceKey(nameOf(scope), { name: nameOf(scope), scopes: SCOPES.filter((other) => other !== scope) }),
);

/**
 * Knocks at every route of an app that was built with `allButOne`: no key, a key that nobody has and a key with every
 * scope but its own must not get in. @returns the patterns of the open routes, and of those of each scope
 */
export async function walkDoors(t: Test, app: FastifyInstance) {
  await app.ready();
  const open = new Set<string>();
  const byScope: Partial<Record<Scope, string[]>> = {};
  for (const { method, url: pattern, config } of app.doors) {
    const door = `${method} ${pattern}`;
    if (config.open) {
      open.add(pattern);
      continue;
    }
    const { scope } = config;
    if (!scope) {
      t.fail(`${door} has no scope and is not open`);
      continue;
    }
    byScope[scope] = [...(byScope[scope] ?? []), door];
    const url = pathOf(pattern, (_name, shape) => (shape.includes('\\d') ? '1' : 'x'));
    const knock = (headers: Record<string, string>) =>
      app.inject({ method: method as HTTPMethods, url, headers } as InjectOptions);
    t.equal((await knock({})).statusCode, 401, `${door} without a key`);
    t.equal((await knock({ 'x-api-key': 'nobody-has-it' })).statusCode, 401, `${door} with a bad key`);
    const bearer = { authorization: 'Bearer nobody-has-it' };
    t.equal((await knock(bearer)).statusCode, 401, `${door} with a bad token`);
    const other = await knock({ 'x-api-key': nameOf(scope) });
    t.equal(other.statusCode, 403, `${door} with every scope but ${scope}`);
    t.match(other.headers['www-authenticate'], `scope="${scope}"`);
    const right = SCOPES.find((one) => one !== scope) ?? 'read';
    const { statusCode } = await knock({ 'x-api-key': nameOf(right) });
    t.notOk([401, 403].includes(statusCode), `${door} opens to a key with ${scope}: ${statusCode}`);
  }
  return { open: [...open].sort(), byScope };
}
