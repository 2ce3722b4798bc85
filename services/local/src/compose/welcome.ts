import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIRST_REQUEST, predictOnce } from '../launch/self-test.ts';
import { API_KEY_FILE } from './key-files.ts';

/** After a change of settings a service may still look for another that Compose replaced. */
const ANSWER_MS = 60_000;

async function firstPrediction(url: string, key: string) {
  for (const deadline = Date.now() + ANSWER_MS; ; await sleep(500))
    try {
      return await predictOnce(url, key);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
}

/**
 * One real prediction, and what a newcomer needs to go on.
 * @param url of the orchestrator, as seen from here
 * @param shown of the balancer, as seen from outside
 * @throws StartupError with what the service answered
 */
export async function welcome({ url, shown }: { url: string; shown: string }): Promise<void> {
  const key = (await readFile(API_KEY_FILE, 'utf8')).trim();
  const { probability, milliseconds } = await firstPrediction(url, key);
  process.stdout.write(`
Tristore is ready. Self-test: client 1 defaults with probability ${probability.toFixed(4)}, answered in ${milliseconds.toFixed(0)} ms.

  Predictions, features  ${shown}/docs
  Model server           ${shown}/v2/docs
  API key                ${key}

Try it:

  curl -s ${shown}/v1/predictions -H 'x-api-key: ${key}' -H 'content-type: application/json' -d '${JSON.stringify(FIRST_REQUEST)}'

What was kept:

  docker compose run --rm query

docs/containers.md says how to look inside, change a setting and clean up.
`);
}
