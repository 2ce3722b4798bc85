import { ProtocolError } from '@tristore/common/contracts/open-inference.ts';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Serving } from '../serving.ts';

const tags = ['Open Inference Protocol'];
const config = { open: true };
const Live = Type.Object({ live: Type.Boolean() });
const Ready = Type.Object({ ready: Type.Boolean(), live: Type.Boolean() });

/** `GET /v2/health/live`, `GET /v2/health/ready`: about this process alone. */
export async function healthRoutes(app: FastifyInstance, { isReady }: Serving): Promise<void> {
  app.get(
    '/v2/health/live',
    { config, schema: { tags, summary: 'The process runs', response: { 200: Live } } },
    async () => ({ live: true }),
  );
  app.get(
    '/v2/health/ready',
    {
      config,
      schema: {
        tags,
        summary: 'The process takes requests',
        response: { 200: Ready, 503: Ready, '4xx': ProtocolError },
      },
    },
    async (_request, reply) => {
      const ready = isReady();
      return reply.code(ready ? 200 : 503).send({ ready, live: true });
    },
  );
}
