import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { FeatureView, Name } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { Type } from 'typebox';
import { changeView, viewNamed } from '../feature-store/change-view.ts';
import type { ViewStore } from '../feature-store/view-store.ts';
import { errorAnswers } from './answers.ts';

const Params = Type.Object({ view: Name });

export const featureViewRoutes: FastifyPluginAsyncTypebox<{ views: ViewStore }> = async (app, { views }) => {
  const tags = ['feature views'];

  app.get(
    '/v1/feature-views',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: 'What feature views there are',
        response: {
          200: Type.Object({ feature_views: Type.Array(FeatureView) }),
          ...errorAnswers('feature_store_unavailable'),
        },
      },
    },
    async () => ({ feature_views: await views.list() }),
  );

  app.get(
    '/v1/feature-views/:view',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: 'One feature view',
        params: Params,
        response: { 200: FeatureView, ...errorAnswers('view_not_found', 'feature_store_unavailable') },
      },
    },
    async ({ params }) => viewNamed(views, params.view),
  );

  app.put(
    '/v1/feature-views/:view',
    {
      config: { scope: 'admin' },
      schema: {
        tags,
        summary: 'Make a feature view, or change it compatibly',
        description: 'Columns stay and keep their dtype; a new column needs a default.',
        params: Params,
        body: FeatureView,
        response: {
          200: FeatureView,
          201: FeatureView,
          ...errorAnswers('invalid_request', 'invalid_view', 'feature_store_unavailable'),
        },
      },
    },
    async ({ params, body }, reply) => {
      if (body.name !== params.view)
        throw new TristoreError('invalid_view', `name is ${body.name}, but the path says ${params.view}`, {
          details: [{ field: 'name', problem: `is not ${params.view}` }],
        });
      const { created } = await changeView(views, body);
      return reply.status(created ? 201 : 200).send(body);
    },
  );
};
