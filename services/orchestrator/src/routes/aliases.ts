import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type {} from '@tristore/common/auth/audit-plugin.ts';
import { CanaryChange, ChampionChange, ShadowsChange } from '@tristore/common/contracts/alias-change.ts';
import { AliasState } from '@tristore/common/contracts/registry.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import type { FastifyRequest } from 'fastify';
import { changeAlias } from '../registry/change-alias.ts';
import type { RoutingChange } from '../registry/routing.ts';
import { errorAnswers } from './answers.ts';
import { ModelParams } from './registry.ts';

const EFFECT = 'Every replica follows within 5 seconds. The answer is the whole state after the change.';

/** What each of the three says of itself. */
const about = (summary: string, description: string) => ({
  tags: ['registry'],
  summary,
  description: `${description} ${EFFECT}`,
  params: ModelParams,
  response: {
    200: AliasState,
    ...errorAnswers(
      'invalid_request',
      'model_not_found',
      'version_not_found',
      'conflict',
      'version_broken',
      'registry_broken',
      'registry_unavailable',
    ),
  },
});

type ChangeRequest = Pick<FastifyRequest, 'principal' | 'audit'> & {
  params: { name: string };
  body: { reason: string; expected_number?: number };
};

export const aliasRoutes: FastifyPluginAsyncTypebox<{ registry: Registry }> = async (app, { registry }) => {
  const change = async (request: ChangeRequest, routing: RoutingChange) => {
    const { params, body, principal } = request;
    const { before, after } = await changeAlias(registry, {
      model: params.name,
      change: routing,
      reason: body.reason,
      by: principal?.name ?? 'unknown',
      expectedNumber: body.expected_number,
    });
    if (before !== after.number)
      request.audit({
        action: `alias.${routing.alias}`,
        target: params.name,
        before: { number: before },
        after: { number: after.number, ...routing },
        reason: body.reason,
      });
    return after;
  };

  app.put(
    '/v1/registry/:name/aliases/champion',
    {
      config: { scope: 'admin' },
      schema: {
        ...about(
          'Promote a version, or roll back',
          'The version answers from now on; the one before is kept as `previous_champion`, and rolling back is promoting it. A canary or shadow that is promoted is one no more.',
        ),
        body: ChampionChange,
      },
    },
    async (request) => change(request, { alias: 'champion', version: String(request.body.version) }),
  );

  app.put(
    '/v1/registry/:name/aliases/canary',
    {
      config: { scope: 'admin' },
      schema: {
        ...about('Begin, change or end a canary', 'The version answers a share of the entities.'),
        body: CanaryChange,
      },
    },
    async (request) => {
      const { version, percent } = request.body;
      return change(request, {
        alias: 'canary',
        version: version === null ? null : String(version),
        ...(percent !== undefined && { percent }),
      });
    },
  );

  app.put(
    '/v1/registry/:name/aliases/shadows',
    {
      config: { scope: 'admin' },
      schema: {
        ...about('Name the shadows', 'They score each request too, and are recorded; no answer is theirs.'),
        body: ShadowsChange,
      },
    },
    async (request) => change(request, { alias: 'shadows', versions: request.body.versions.map(String) }),
  );
};
