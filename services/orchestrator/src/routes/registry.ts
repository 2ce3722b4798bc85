import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Name } from '@tristore/common/contracts/feature-view.ts';
import { RegisteredModel, RegisteredModelWithHistory } from '@tristore/common/contracts/registry.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import { Type } from 'typebox';
import { describeModel, describeModels } from '../registry/describe-models.ts';
import { VersionSummaries } from '../registry/version-summaries.ts';
import { errorAnswers } from './answers.ts';

/** Changes of the aliases that one answer tells. */
const HISTORY = 50;

export const ModelParams = Type.Object({
  name: Type.Unsafe<string>({ ...Name, description: 'name of the model', examples: ['credit-default'] }),
});

export const registryRoutes: FastifyPluginAsyncTypebox<{ registry: Registry }> = async (
  app,
  { registry },
) => {
  const tags = ['registry'];
  const reader = { registry, summaries: new VersionSummaries(registry) };
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });

  app.get(
    '/v1/registry',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: 'What models there are',
        response: {
          200: Type.Object({ models: Type.Array(RegisteredModel) }),
          ...errorAnswers('registry_unavailable'),
        },
      },
    },
    async () => ({ models: await describeModels(reader) }),
  );

  app.get(
    '/v1/registry/:name',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: 'One model, and who changed its aliases, when and why',
        description: `Tells the newest ${HISTORY} changes.`,
        params: ModelParams,
        response: {
          200: RegisteredModelWithHistory,
          ...errorAnswers('invalid_request', 'model_not_found', 'registry_unavailable'),
        },
      },
    },
    async ({ params }) => describeModel(reader, params.name, HISTORY),
  );
};
