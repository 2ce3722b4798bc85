import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  FeatureBatchWrite,
  FeatureBatchWriteAnswer,
  FeatureRow,
  FeatureWrite,
  FeatureWriteAnswer,
} from '@tristore/common/contracts/feature-row.ts';
import { Name } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { Type } from 'typebox';
import { viewNamed } from '../feature-store/change-view.ts';
import type { FeatureStore } from '../feature-store/feature-store.ts';
import type { ViewStore } from '../feature-store/view-store.ts';
import { readFeatures, writeFeatures } from '../feature-store/write-features.ts';
import { errorAnswers } from './answers.ts';

const View = Type.Unsafe<string>({
  ...Name,
  description: 'name of the feature view',
  examples: ['credit-default'],
});
const ViewParams = Type.Object({ view: View });
const rowParams = (exampleId: string) =>
  Type.Object({
    view: View,
    id: Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'id of the entity, such as the client',
      examples: [exampleId],
    }),
  });
/** Among the clients that local mode loads. */
const KnownRow = rowParams('1');
/** One beyond them, so that trying a write or a delete changes none of theirs. */
const NewRow = rowParams('501');

export const featureRoutes: FastifyPluginAsyncTypebox<{ store: FeatureStore; views: ViewStore }> = async (
  app,
  { store, views },
) => {
  const tags = ['features'];

  app.put(
    '/v1/features/:view/:id',
    {
      config: { scope: 'features' },
      schema: {
        tags,
        summary: "Write one entity's values",
        description: 'Replaces the row, unless the store holds a newer event_time.',
        params: NewRow,
        body: FeatureWrite,
        response: {
          200: FeatureWriteAnswer,
          ...errorAnswers(
            'invalid_request',
            'invalid_features',
            'view_not_found',
            'feature_store_unavailable',
          ),
        },
      },
    },
    async ({ params, body }) => {
      const view = await viewNamed(views, params.view);
      const [answer] = await writeFeatures(store, view, [{ id: params.id, ...body }], () => 'values.');
      if (!answer) throw new TristoreError('internal_error', 'a written row has no answer');
      return answer;
    },
  );

  app.get(
    '/v1/features/:view/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: "Read one entity's values",
        params: KnownRow,
        response: {
          200: FeatureRow,
          ...errorAnswers('view_not_found', 'features_not_found', 'feature_store_unavailable'),
        },
      },
    },
    async ({ params }) => readFeatures(store, await viewNamed(views, params.view), params.id),
  );

  app.delete(
    '/v1/features/:view/:id',
    {
      config: { scope: 'features' },
      schema: {
        tags,
        summary: "Delete one entity's values",
        params: NewRow,
        response: {
          204: Type.Null({ description: 'deleted' }),
          ...errorAnswers('view_not_found', 'features_not_found', 'feature_store_unavailable'),
        },
      },
    },
    async ({ params: { view: name, id } }, reply) => {
      const view = await viewNamed(views, name);
      if (!(await store.delete({ view: view.name, id })))
        throw new TristoreError('features_not_found', `the view ${view.name} holds no row for ${id}`);
      return reply.status(204).send(null);
    },
  );

  app.post(
    '/v1/features/:view/batch',
    {
      config: { scope: 'features', items: 'rows' },
      schema: {
        tags,
        summary: 'Write up to 500 rows',
        description: 'All rows are checked before the first is written.',
        params: ViewParams,
        body: FeatureBatchWrite,
        response: {
          200: FeatureBatchWriteAnswer,
          ...errorAnswers(
            'invalid_request',
            'invalid_features',
            'view_not_found',
            'feature_store_unavailable',
          ),
        },
      },
    },
    async ({ params, body }) => {
      const view = await viewNamed(views, params.view);
      const rows = body.rows.map((row) => ({ ...row, id: String(row.id) }));
      return { rows: await writeFeatures(store, view, rows, (i) => `rows.${i}.values.`) };
    },
  );
};
