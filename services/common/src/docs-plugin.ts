import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import type {} from './route-config.ts';

export interface DocsOptions {
  title: string;
  description: string;
  version: string;
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

/**
 * Swagger UI and the OpenAPI document of every route that is registered after this plugin. Both are open. Routes
 * with `config.open` show no lock; all others take a key or a JWT, which "Authorize" asks for.
 */
const docs: FastifyPluginAsync<DocsOptions> = async (app, { title, description, version, routePrefix }) => {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version },
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
      security: [{ apiKey: [] }, { bearer: [] }],
    },
    transform: ({ schema, url, route }) => ({
      schema: route.config?.open ? { ...schema, security: [] } : schema,
      url,
    }),
  });
  // in a scope of its own, so that the hook marks these routes only
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, open: true };
    });
    await scope.register(fastifySwaggerUi, {
      routePrefix,
      staticCSP: CONTENT_SECURITY_POLICY,
      theme: { title },
      uiConfig: { docExpansion: 'list', displayRequestDuration: true, tryItOutEnabled: true },
    });
  });
};

export const docsPlugin = fp(docs, { name: 'docs' });
