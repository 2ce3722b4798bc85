import { ENVARS } from '@tristore/common/envars.ts';
import { readConfig as readModelConfig } from '@tristore/model/config.ts';
import { readConfig as readOrchestratorConfig } from '@tristore/orchestrator/config.ts';
import type { Stage } from '../stages/stage.ts';
import type { DataStack } from './data-stack.ts';
import { DRAIN } from './shutdown.ts';

export type EnvironmentName = keyof typeof ENVARS;
export type Environment = Partial<Record<EnvironmentName, string>>;

/** Ports of the containers, and the name by which the orchestrator finds the model server. */
export const PORTS = { orchestrator: 8000, model: 8080 } as const;
export const MODEL_SERVER_URL = `http://model:${PORTS.model}`;

/** Where the orchestrator's image has a folder that its user may write to. */
export const SPOOL_DIR = '/var/lib/tristore/spool';

interface EnvironmentProps {
  stage: Stage;
  data: DataStack;
}

function common(name: 'orchestrator' | 'model', { stage, data }: EnvironmentProps): Environment {
  const { oidc, corsOrigins, network } = stage;
  const { logLevel, environment } = stage[name];
  return {
    ...(environment as Environment | undefined),
    PORT: String(PORTS[name]),
    LOG_LEVEL: logLevel,
    REGISTRY: data.artifacts.url,
    STATE_TABLE: data.featureStore.state.tableName,
    DRAIN_MS: String(DRAIN.toMilliseconds()),
    // the balancer and the gateway's link have addresses of the VPC, and nobody else gets to a task
    TRUSTED_PROXIES: network.cidr,
    ...(corsOrigins.length && { CORS_ORIGINS: corsOrigins.join(',') }),
    ...(oidc && { OIDC_ISSUER: oidc.issuer, OIDC_AUDIENCE: oidc.audience }),
  };
}

/** The settings that the service itself would refuse are refused here, before anything is deployed. */
function checked(
  environment: Environment,
  readConfig: (environment: NodeJS.ProcessEnv) => unknown,
): Environment {
  readConfig({ ...environment, [ENVARS.SERVICE_KEY]: 'comes from a secret' });
  return environment;
}

/** @throws SchemaError, StartupError naming the variable that the service would not take */
export function orchestratorEnvironment(props: EnvironmentProps): Environment {
  const { evaluationStore, featureStore } = props.data;
  const environment: Environment = {
    ...common('orchestrator', props),
    MODEL_SERVER_URL,
    FEATURES_TABLE: featureStore.features.tableName,
    PREDICTION_STREAM: evaluationStore.predictions.deliveryStreamName,
    OUTCOME_STREAM: evaluationStore.outcomes.deliveryStreamName,
    EVALUATION_ACK: props.stage.acknowledgement,
    ...(evaluationStore.url && { EVALUATION_STORE: evaluationStore.url }),
    SPOOL_DIR,
    SPOOL_RESCUE: evaluationStore.rescueUrl,
  };
  return checked(environment, readOrchestratorConfig);
}

/** @throws SchemaError, StartupError naming the variable that the service would not take */
export const modelEnvironment = (props: EnvironmentProps): Environment =>
  checked(common('model', props), readModelConfig);
