import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { Balancer } from './balancer.ts';
import { serviceCluster } from './cluster.ts';
import type { DataStack } from './data-stack.ts';
import { modelEnvironment, orchestratorEnvironment, PORTS } from './environment.ts';
import { Firewall } from './firewall.ts';
import { type BuiltImages, Images } from './images.ts';
import { rollbackAlarms } from './rollback-alarms.ts';
import { addRoutes } from './routing.ts';
import { ServiceKey } from './service-key.ts';
import { serviceTargets } from './service-targets.ts';
import { WebService } from './web-service.ts';

export interface ServiceStackProps extends StackProps {
  stage: Stage;
  vpc: ec2.IVpc;
  data: DataStack;
  images?: BuiltImages | undefined;
}

/** The two services behind one balancer. */
export class ServiceStack extends Stack {
  readonly cluster: ecs.ICluster;
  readonly vpc: ec2.IVpc;
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly listener: elb.ApplicationListener;
  /** What the gateway's link wears; absent where the balancer is public. */
  readonly gatewayGroup?: ec2.SecurityGroup;
  readonly orchestrator: ecs.FargateService;
  readonly model: ecs.FargateService;
  readonly orchestratorTargets: elb.ApplicationTargetGroup;
  readonly modelTargets: elb.ApplicationTargetGroup;
  /** The secret that the orchestrator presents to the model server. */
  readonly serviceKey: secretsmanager.Secret;
  /** The alarms that roll a deployment back; the watch stack lists and notifies them too. */
  readonly rollbackAlarms: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, { vpc, stage, data, images, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const image = new Images(this, images);
    this.vpc = vpc;
    this.cluster = serviceCluster(this, stage, vpc);
    const serviceKey = new ServiceKey(this, 'ServiceKey', { encryptionKey: data.key });
    this.serviceKey = serviceKey.secret;

    this.orchestratorTargets = serviceTargets(this, 'OrchestratorTargets', 'orchestrator', vpc);
    this.modelTargets = serviceTargets(this, 'ModelTargets', 'model', vpc);
    const door = new Balancer(this, 'Door', {
      stage,
      vpc,
      logs: data.logBucket,
      defaultTargets: this.orchestratorTargets,
    });
    this.balancer = door.balancer;
    this.listener = door.listener;
    this.gatewayGroup = door.gatewayGroup;
    addRoutes(this.listener, {
      orchestrator: this.orchestratorTargets,
      model: this.modelTargets,
      behindGateway: Boolean(stage.exposure.gateway),
    });
    if (stage.exposure.balancer)
      new Firewall(this, 'Firewall', { stage, protects: this.balancer.loadBalancerArn });

    const watched = {
      orchestrator: rollbackAlarms(this, 'Orchestrator', this.orchestratorTargets, stage.orchestrator),
      model: rollbackAlarms(this, 'Model', this.modelTargets, stage.model),
    };
    this.rollbackAlarms = [...watched.orchestrator, ...watched.model];

    const common = { stage, cluster: this.cluster, serviceKey };
    const model = new WebService(this, 'ModelServer', {
      ...common,
      name: 'model',
      image: image.model,
      environment: modelEnvironment({ stage, data }),
      targets: this.modelTargets,
      rollbackAlarms: watched.model,
      discoverable: true,
    });
    data.artifacts.grantRead(model.task.taskRole);
    data.featureStore.grantReadKeys(model.task.taskRole);

    const orchestrator = new WebService(this, 'Orchestrator', {
      ...common,
      name: 'orchestrator',
      image: image.orchestrator,
      environment: orchestratorEnvironment({ stage, data }),
      targets: this.orchestratorTargets,
      rollbackAlarms: watched.orchestrator,
    });
    data.artifacts.grantPromote(orchestrator.task.taskRole);
    data.featureStore.grantServe(orchestrator.task.taskRole);
    data.evaluationStore.grantWrite(orchestrator.task.taskRole);
    data.evaluationStore.grantQuery(orchestrator.task.taskRole);

    this.model = model.service;
    this.orchestrator = orchestrator.service;
    this.model.connections.allowFrom(this.orchestrator, ec2.Port.tcp(PORTS.model), 'the orchestrator');
    // a task finds by Service Connect what was there before it
    this.orchestrator.node.addDependency(this.model);

    this.#addOutputs(door.url);
  }

  #addOutputs(url: string | undefined): void {
    if (url) new CfnOutput(this, 'Url', { value: url });
    new CfnOutput(this, 'BalancerName', { value: this.balancer.loadBalancerDnsName });
    new CfnOutput(this, 'ClusterName', { value: this.cluster.clusterName });
    new CfnOutput(this, 'OrchestratorService', { value: this.orchestrator.serviceName });
    new CfnOutput(this, 'ModelService', { value: this.model.serviceName });
  }
}
