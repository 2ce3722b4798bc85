import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ApiKeyKeeper } from '@tristore/common/auth/api-key-keeper.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { syntheticClients } from '@tristore/local/demo/clients.ts';

const MODEL = 'credit-default';
/** A client who never was, under a name that no real one has. */
export const SMOKE_CLIENT = 'tristore-smoke-test';
/** Seconds after which the key of a test that broke off ends by itself. */
const KEY_SECONDS = 900;
const POLL_MS = 1_000;
const REQUEST_MS = 15_000;

export interface SmokeTest {
  /** The public door, without a slash at its end. */
  url: string;
  dynamodb: DynamoDBClient;
  stateTable: string;
  by: string;
  /** Milliseconds for which the door may still be closed: a gateway, a name and a model need a moment. */
  patienceMs?: number;
}

export interface Smoke {
  event_id: string;
  model_version: string;
  probability: number;
  milliseconds: number;
}

/** What a request that could not be sent at all failed by. */
const causeOf = ({ cause, message }: Error): string => {
  const { code, message: deeper } = (cause ?? {}) as { code?: string; message?: string };
  return code ?? deeper ?? message;
};

async function ask(url: string, path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  try {
    const answer = await fetch(url + path, { ...init, signal: AbortSignal.timeout(REQUEST_MS) });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    return { status: 0, text: causeOf(error as Error) };
  }
}
type Answer = Awaited<ReturnType<typeof ask>>;

const told = ({ status, text }: Answer) => (status ? `${status} ${text.slice(0, 300)}` : text);

/** Asks until it is well, or until the time is over. @throws StartupError with the last answer */
async function insist(what: string, until: number, request: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await request();
    if (answer.status >= 200 && answer.status < 300) return answer;
    // what will not be otherwise in a moment: a request that is refused for what it says
    const final = [400, 413, 415, 422].includes(answer.status);
    if (final || Date.now() > until)
      throw new StartupError(`the smoke test failed: ${what}: ${told(answer)}`);
    await sleep(POLL_MS);
  }
}

/**
 * One prediction through the public door, as a caller would ask for it: both services are ready, a synthetic client is
 * written, and scored by the champion. It uses a key of its own, which ends with it.
 * @throws StartupError with the step that failed and what was answered
 */
export async function smokeTest({
  url,
  dynamodb,
  stateTable,
  by,
  patienceMs = 120_000,
}: SmokeTest): Promise<Smoke> {
  const until = Date.now() + patienceMs;
  await insist(`orchestrator, ${url}/health/ready`, until, () => ask(url, '/health/ready'));
  await insist(`model server, ${url}/v2/health/ready`, until, () => ask(url, '/v2/health/ready'));
  const keeper = new ApiKeyKeeper(dynamodb, stateTable);
  const { key, kept } = await keeper.create({
    name: 'smoke-test',
    scopes: ['predict', 'features'],
    lifetime: KEY_SECONDS,
    by,
  });
  const send = (method: string, path: string, body: object) =>
    ask(url, path, {
      method,
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify(body),
    });
  try {
    const [client] = syntheticClients(1, 1);
    const row = { values: client?.values, event_time: new Date().toISOString() };
    await insist('writing a client', until, () => send('PUT', `/v1/features/${MODEL}/${SMOKE_CLIENT}`, row));
    let began = 0;
    const { text } = await insist('a prediction', until, () => {
      began = performance.now();
      return send('POST', '/v1/predictions', {
        model: { model_name: MODEL },
        client: { id: SMOKE_CLIENT },
        reference: 'smoke-test',
      });
    });
    const milliseconds = performance.now() - began;
    const answer = JSON.parse(text) as Smoke;
    if (!(answer.probability >= 0 && answer.probability <= 1))
      throw new StartupError(
        `the smoke test failed: a prediction without a probability: ${text.slice(0, 300)}`,
      );
    return { ...answer, milliseconds };
  } finally {
    await keeper.revoke(kept.id, { by });
  }
}
