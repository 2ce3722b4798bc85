import type { FastifyInstance } from 'fastify';
import '../../src/auth/auth-plugin.ts';

/** A route's path with each parameter filled in; of its patterns `shape` is the regular expression, `::` a colon. */
export const pathOf = (pattern: string, fill: (name: string, shape: string) => string): string =>
  pattern.replaceAll(/::|:(\w+)(\([^)]*\))?/g, (whole, name?: string, shape = '') =>
    name === undefined ? whole.slice(1) : fill(name, shape),
  );

/** `METHOD /path/{param}` of every route, but those of the docs themselves and the HEAD that comes with a GET. */
export const routesOf = (app: FastifyInstance, ...docs: string[]): string[] =>
  app.doors
    .filter(({ method }) => method !== 'HEAD')
    .filter(({ url }) => !docs.some((path) => url === path || url.startsWith(`${path}/`)))
    .map(({ method, url }) => `${method} ${pathOf(url, (name) => `{${name}}`)}`)
    .sort();

/** The same of an OpenAPI document's paths. */
export const documented = (paths: Record<string, object>): string[] =>
  Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    .sort();
