import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '@tristore/common/errors.ts';

const DELIVERED_MS = 5_000;
const POLL_MS = 20;

/** What the self-test asks, and what the banner's curl asks too. */
export const FIRST_REQUEST = { model: { model_name: 'credit-default', model_version: 1 }, client: { id: 1 } };

/** One real prediction through the front door. @throws StartupError with what the service answered */
export async function predictOnce(
  url: string,
  key: string,
): Promise<{ probability: number; milliseconds: number }> {
  const start = performance.now();
  const answer = await fetch(`${url}/v1/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ ...FIRST_REQUEST, reference: 'self-test' }),
  });
  const body = (await answer.json()) as { probability?: number };
  if (!answer.ok || body.probability === undefined)
    throw new StartupError(`the self-test failed: ${answer.status} ${JSON.stringify(body)}`);
  return { probability: body.probability, milliseconds: performance.now() - start };
}

/** Waits until the orchestrator has handed on all records, those of an earlier run included. */
export async function delivered(url: string): Promise<void> {
  for (const deadline = Date.now() + DELIVERED_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const answer = await fetch(`${url}/health/dependencies`);
    const body = (await answer.json()) as { evaluation_log: { backlog_bytes: number } };
    if (body.evaluation_log.backlog_bytes === 0) return;
  }
}
