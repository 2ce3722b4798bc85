import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  ManyOutcomes,
  Outcome,
  OutcomesAnswer,
  OutcomesRequest,
} from '@tristore/common/contracts/outcome.ts';
import { checkerOf } from '@tristore/common/validate.ts';
import type { EvaluationLog } from '../evaluation-log/evaluation-log.ts';
import { keepOutcomes } from '../evaluation-log/keep-outcomes.ts';
import { errorAnswers } from './answers.ts';

const checkOne = checkerOf(Outcome);
const checkMany = checkerOf(ManyOutcomes);

/** Checks against the form that was meant, so that the error names a field and not both forms. */
const checkForm = (body: unknown) =>
  typeof body === 'object' && body !== null && 'outcomes' in body ? checkMany(body) : checkOne(body);

export const outcomeRoutes: FastifyPluginAsyncTypebox<{ log: EvaluationLog }> = async (app, { log }) => {
  app.post(
    '/v1/outcomes',
    {
      config: { scope: 'outcomes', items: 'outcomes' },
      validatorCompiler: () => checkForm,
      schema: {
        tags: ['outcomes'],
        summary: 'Say what really happened',
        description:
          'One outcome, or many under `outcomes`. Late, repeated and corrected ones are fine: the latest wins.',
        body: OutcomesRequest,
        response: {
          202: OutcomesAnswer,
          ...errorAnswers('invalid_request', 'evaluation_log_full', 'evaluation_log_unavailable'),
        },
      },
    },
    async ({ body }, reply) => reply.status(202).send(await keepOutcomes(log, body)),
  );
};
