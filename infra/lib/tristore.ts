import { Tags } from 'aws-cdk-lib';
import type { Stage } from '../stages/stage.ts';
import { newApp } from './app.ts';
import { DataStack } from './data-stack.ts';
import { GatewayStack } from './gateway-stack.ts';
import type { BuiltImages } from './images.ts';
import { JobsStack } from './jobs-stack.ts';
import { NetworkStack } from './network-stack.ts';
import { RetrainingStack } from './retraining-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { WatchStack } from './watch-stack.ts';

export interface TristoreOptions {
  stage: Stage;
  /** Folder for what CloudFormation needs; without it a temporary one. */
  outdir?: string;
  images?: BuiltImages | undefined;
}

/** A whole stage. The account is the one of whoever deploys it, so that nothing has to be looked up to synthesise it. */
export function tristore({ stage, outdir, images }: TristoreOptions) {
  const app = newApp(outdir);
  const prefix = `tristore-${stage.name}`;
  const common = { stage, env: { region: stage.region }, terminationProtection: stage.data === 'keep' };
  const network = new NetworkStack(app, `${prefix}-network`, common);
  const data = new DataStack(app, `${prefix}-data`, common);
  const services = new ServiceStack(app, `${prefix}-services`, { ...common, vpc: network.vpc, data, images });
  const gateway = stage.exposure.gateway
    ? new GatewayStack(app, `${prefix}-gateway`, { ...common, services })
    : undefined;
  const place = { vpc: network.vpc, cluster: services.cluster };
  const jobs = new JobsStack(app, `${prefix}-jobs`, { ...common, ...place, data, images });
  const { alarmTopic } = data;
  const retraining = new RetrainingStack(app, `${prefix}-retraining`, {
    ...common,
    ...place,
    jobs,
    state: data.featureStore.state,
    alarmTopic,
  });
  const watch = new WatchStack(app, `${prefix}-watch`, {
    ...common,
    data,
    services,
    gateway,
    jobs,
    retraining,
  });
  Tags.of(app).add('tristore:stage', stage.name);
  return { app, network, data, services, gateway, jobs, retraining, watch };
}
