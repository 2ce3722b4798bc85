import { ENVARS } from '@tristore/common/envars.ts';
import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import type { DataStack } from './data-stack.ts';
import { type BuiltImages, Images } from './images.ts';
import { Job } from './job.ts';
import { JOB_GRANTS } from './job-grants.ts';
import { ModelAlarms } from './model-alarms.ts';
import { MonitorSchedule } from './monitor-schedule.ts';

export const JOBS = ['train', 'evaluate', 'retrain', 'promote', 'replay', 'monitor'] as const;
export type JobName = (typeof JOBS)[number];

export interface JobsStackProps extends StackProps {
  stage: Stage;
  vpc: ec2.IVpc;
  cluster: ecs.ICluster;
  data: DataStack;
  images?: BuiltImages | undefined;
}

/** What runs to completion: a task definition a job, and the monitor's schedule with what its figures alarm about. */
export class JobsStack extends Stack {
  readonly jobs: Record<JobName, Job>;
  readonly tasks: Record<JobName, ecs.FargateTaskDefinition>;
  /** Of every job: nobody calls one, and each calls AWS (and the monitor a webhook) by TLS. */
  readonly securityGroup: ec2.SecurityGroup;
  readonly monitorSchedule: MonitorSchedule;
  readonly modelAlarms: ModelAlarms;

  constructor(scope: Construct, id: string, props: JobsStackProps) {
    const { stage, vpc, cluster, data, images: built, ...stackProps } = props;
    super(scope, id, stackProps);
    const images = new Images(this, built);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: stage.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const environment = {
      [ENVARS.STAGE]: stage.name,
      [ENVARS.LOG_LEVEL]: stage.model.logLevel,
      [ENVARS.REGISTRY]: data.artifacts.url,
      ...(data.evaluationStore.url && { [ENVARS.EVALUATION_STORE]: data.evaluationStore.url }),
      [ENVARS.STATE_TABLE]: data.featureStore.state.tableName,
    };
    const { training, small } = stage.jobs;
    // one program for what is trained and published, whose first argument is the job; it comes with each command
    const trainer = (name: JobName, size: Stage['jobs']['training']) =>
      new Job(this, name, {
        image: images.model,
        program: ['services/trainer/src/main.ts', name],
        size,
        environment,
        logGroup,
        workFolder: true,
      });
    this.jobs = {
      train: trainer('train', training),
      evaluate: trainer('evaluate', training),
      retrain: trainer('retrain', training),
      promote: trainer('promote', small),
      replay: trainer('replay', training),
      monitor: new Job(this, 'monitor', {
        image: images.orchestrator,
        program: ['services/monitor/src/main.ts'],
        size: small,
        environment: {
          ...environment,
          ...(stage.alarms.webhook && { [ENVARS.ALARM_WEBHOOK]: stage.alarms.webhook }),
        },
        logGroup,
      }),
    };
    for (const name of JOBS) JOB_GRANTS[name](data, this.jobs[name]);
    this.tasks = Object.fromEntries(JOBS.map((name) => [name, this.jobs[name].task])) as typeof this.tasks;

    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc, allowAllOutbound: false });
    const { webhook } = stage.alarms;
    for (const port of new Set([443, Number((webhook && new URL(webhook).port) || 443)]))
      this.securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(port), 'TLS');
    this.monitorSchedule = new MonitorSchedule(this, 'MonitorSchedule', {
      stage,
      cluster,
      task: this.tasks.monitor,
      subnets: vpc.selectSubnets().subnets,
      securityGroup: this.securityGroup,
    });
    this.modelAlarms = new ModelAlarms(this, 'ModelAlarms', { stage });
  }
}
