import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type {} from '@tristore/common/auth/audit-plugin.ts';
import { FeatureView, Name } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { Type } from 'typebox';
import { changeView, viewNamed } from '../feature-store/change-view.ts';
import type { ViewStore } from '../feature-store/view-store.ts';
import { errorAnswers } from './answers.ts';

const paramsLike = (example: string) =>
  Type.Object({
    view: Type.Unsafe<string>({ ...Name, description: 'name of the feature view', examples: [example] }),
  });

const NEW_VIEW: FeatureView = {
  name: 'merchant-risk',
  entity: 'merchant',
  description: 'what is known of a merchant',
  columns: [
    {
      name: 'chargeback_share',
      dtype: 'double',
      description: 'share of the payments of 90 days that were charged back',
      range: { min: 0, max: 1 },
      on_missing: 'default',
      default: 0,
    },
  ],
  derived: [],
};
const NewView = Type.Unsafe<FeatureView>({ ...FeatureView, examples: [NEW_VIEW] });

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
        params: paramsLike('credit-default'),
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
        params: paramsLike(NEW_VIEW.name),
        body: NewView,
        response: {
          200: FeatureView,
          201: FeatureView,
          ...errorAnswers('invalid_request', 'invalid_view', 'feature_store_unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      if (body.name !== params.view)
        throw new TristoreError('invalid_view', `name is ${body.name}, but the path says ${params.view}`, {
          details: [{ field: 'name', problem: `is not ${params.view}` }],
        });
      const { before } = await changeView(views, body);
      request.audit({
        action: before ? 'feature_view.change' : 'feature_view.create',
        target: body.name,
        ...(before && { before: { columns: before.columns.length, derived: before.derived.length } }),
        after: { columns: body.columns.length, derived: body.derived.length },
      });
      return reply.status(before ? 200 : 201).send(body);
    },
  );
};
