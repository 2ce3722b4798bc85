import type { PredictionAnswer, PredictionRequest } from '@tristore/common/contracts/prediction.ts';
import type { PredictionEvent } from './event-id.ts';
import { type PredictionPorts, predict, routingOf } from './predict.ts';
import type { CallFacts } from './prediction-case.ts';
import type { RecentAnswers } from './recent-answers.ts';

/** As `predict`, but an answer that is no older than the request allows is given again: same event, no second record. */
export async function predictRecent(
  ports: PredictionPorts & { recent: RecentAnswers },
  request: PredictionRequest,
  call: CallFacts,
  event?: PredictionEvent,
): Promise<PredictionAnswer> {
  const maxAge = request.options?.max_age_seconds;
  if (maxAge === undefined) return predict(ports, request, call, event);
  const { choices } = await routingOf(ports, request);
  const versions = choices.slice(0, 1).map(({ manifest }) => manifest.model_version);
  const key = ports.recent.keyOf(request, versions);
  const found = key === undefined ? undefined : ports.recent.find(key, maxAge * 1000);
  if (found) return found;
  const answer = await predict(ports, request, call, event);
  // what was answered with something missing is not worth repeating
  if (key !== undefined && answer.degraded === undefined) ports.recent.keep(key, answer);
  return answer;
}
