import { FIRST_REQUEST } from './self-test.ts';

export interface BannerFacts {
  orchestratorUrl: string;
  modelUrl: string;
  key: string;
  dataDir: string;
  recordsDir: string;
  queryCommand: string;
  bufferSeconds: number;
  probability: number;
  milliseconds: number;
  readySeconds: number;
}

/** What a newcomer needs to go on, printed when all of it is ready. */
export function banner(facts: BannerFacts): string {
  const { orchestratorUrl, modelUrl, key, dataDir, recordsDir, queryCommand, bufferSeconds } = facts;
  return `
Tristore is ready (${facts.readySeconds.toFixed(1)} s). Self-test: client 1 defaults with probability ${facts.probability.toFixed(4)}, answered in ${facts.milliseconds.toFixed(0)} ms.

  Predictions, features  ${orchestratorUrl}/docs
  Model server           ${modelUrl}/v2/docs
  API key                ${key}

Try it:

  curl -s ${orchestratorUrl}/v1/predictions -H 'x-api-key: ${key}' -H 'content-type: application/json' -d '${JSON.stringify(FIRST_REQUEST)}'

Records land in ${recordsDir} as Parquet, within ${bufferSeconds} s and at once when you stop. Look at them with:

  ${queryCommand}

Everything is kept in ${dataDir}; logs are in its folder logs. Ctrl-C stops all of it and loses nothing.
`;
}
