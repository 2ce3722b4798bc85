import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ENVARS } from '@tristore/common/envars.ts';
import type { Test } from 'tap';
import { ServiceProcess } from '../../../services/common/test/service-process.ts';
import { testFolder } from '../../../services/common/test/test-folder.ts';
import type { Emulator } from './emulator.ts';

const SERVICES = new URL('../../../services/', import.meta.url);

/** What the outputs of the data stack call what it made. */
export type DataOutputs = Record<string, string>;

const environmentOf = ({ endpoint, region }: Emulator) => ({
  [ENVARS.AWS_ENDPOINT_URL]: endpoint,
  [ENVARS.AWS_REGION]: region,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

const named = (outputs: DataOutputs, output: string): string => {
  const value = outputs[output];
  if (!value) throw new Error(`the stack has no output ${output}`);
  return value;
};

/** A new API key with every scope, made as an operator makes one. */
export async function makeKey(emulator: Emulator, outputs: DataOutputs): Promise<string> {
  const program = fileURLToPath(new URL('local/src/keys/main.ts', SERVICES));
  const scopes = 'predict,features,outcomes,admin,read';
  const command = ['create', '--aws', '--state-table', named(outputs, 'StateTable'), '--name', 'test'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', '@tristore/common/typescript.mjs', program, ...command, '--scopes', scopes, '--json'],
    { env: { ...process.env, ...environmentOf(emulator) } },
  );
  return (JSON.parse(stdout) as { key: string }).key;
}

/** Model server and orchestrator as processes, on what was deployed. @returns the orchestrator's URL */
export async function startServices(t: Test, emulator: Emulator, outputs: DataOutputs): Promise<string> {
  const common = {
    ...environmentOf(emulator),
    [ENVARS.REGISTRY]: named(outputs, 'Registry'),
    [ENVARS.STATE_TABLE]: named(outputs, 'StateTable'),
    [ENVARS.SERVICE_KEY]: 'the-service-key',
  };
  const program = (name: string) => new URL(`${name}/src/main.ts`, SERVICES);
  const model = new ServiceProcess(t, program('model'), common);
  const orchestrator = new ServiceProcess(t, program('orchestrator'), {
    ...common,
    [ENVARS.MODEL_SERVER_URL]: await model.listening(),
    [ENVARS.FEATURES_TABLE]: named(outputs, 'FeaturesTable'),
    [ENVARS.PREDICTION_STREAM]: named(outputs, 'PredictionStream'),
    [ENVARS.OUTCOME_STREAM]: named(outputs, 'OutcomeStream'),
    [ENVARS.SPOOL_RESCUE]: named(outputs, 'SpoolRescue'),
    [ENVARS.SPOOL_DIR]: join(testFolder(t), 'spool'),
    [ENVARS.EVALUATION_ACK]: 'firehose',
    // an emulator on a busy machine takes its time
    [ENVARS.REQUEST_DEADLINE_MS]: '20000',
  });
  return orchestrator.listening();
}
