import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyPluginAsync, FastifySchema } from 'fastify';
import fp from 'fastify-plugin';
import type {} from './route-config.ts';

export interface DocsOptions {
  title: string;
  description: string;
  version: string;
  /** In the order of the page. */
  tags?: { name: string; description: string }[];
  /** Where Swagger UI is; the document is at `<routePrefix>/json`. */
  routePrefix: '/docs' | '/v2/docs';
}

/** Everything from the package; Swagger UI sets styles inline and draws its icons from data: URLs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Hides the bar with another project's logo and a field for other documents, which the policy would not load. */
const STYLE = '.swagger-ui .topbar { display: none }';

/** One schema may serve several paths; OpenAPI knows no optional path parameter, so each shows its own only. */
function withoutForeignParams(schema: FastifySchema, path: string): FastifySchema {
  const params = schema.params as { properties?: Record<string, unknown> } | undefined;
  if (!params?.properties) return schema;
  const own = new Set([...path.matchAll(/:(\w+)/g)].map(([, name]) => name));
  const properties = Object.entries(params.properties).filter(([name]) => own.has(name));
  return { ...schema, params: { ...params, properties: Object.fromEntries(properties) } };
}

/**
 * Swagger UI and the OpenAPI document of every route that is registered after this plugin. Both are open. Routes
 * with `config.open` show no lock; all others take a key or a JWT, which "Authorize" asks for.
 */
const docs: FastifyPluginAsync<DocsOptions> = async (app, options) => {
  const { title, description, version, tags = [], routePrefix } = options;
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version },
      tags,
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'An API key.' },
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'Instead of the key: a JWT, where the deployment takes them.',
          },
        },
      },
      security: [{ apiKey: [] }, { bearer: [] }],
    },
    transform: ({ schema: declared = {}, url, route }) => {
      const schema = withoutForeignParams(declared, url);
      return { schema: route.config?.open ? { ...schema, security: [] } : schema, url };
    },
  });
  // in a scope of its own, so that the hook marks these routes only
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, open: true };
    });
    await scope.register(fastifySwaggerUi, {
      routePrefix,
      staticCSP: CONTENT_SECURITY_POLICY,
      theme: { title, css: [{ filename: 'tristore.css', content: STYLE }] },
      // without validatorUrl the page would send the document's address to a server of Swagger's
      uiConfig: {
        docExpansion: 'list',
        displayRequestDuration: true,
        tryItOutEnabled: true,
        validatorUrl: null,
      },
    });
  });
};

export const docsPlugin = fp(docs, { name: 'docs' });
