import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { acknowledgeTask } from './acknowledge-task.ts';

/** Owned by the image's user, and declared as a volume there: everything else of a job's disk is read-only. */
const WORK_FOLDER = '/var/lib/tristore/work';
/** Seconds from SIGTERM to SIGKILL. */
const GRACE_SECONDS = 30;

export interface JobProps {
  image: ecs.ContainerImage;
  /** What Node runs, without what a single start adds. */
  program: string[];
  size: Stage['jobs']['training'];
  environment: Record<string, string>;
  logGroup: logs.ILogGroup;
  /** A folder to write to, which `TMPDIR` names. */
  workFolder?: boolean;
}

/** A container that runs to completion, within its time. */
export class Job extends Construct implements iam.IGrantable {
  readonly task: ecs.FargateTaskDefinition;
  readonly container: ecs.ContainerDefinition;
  readonly grantPrincipal: iam.IPrincipal;
  /** What it runs without arguments; whoever starts it with some repeats this before them. */
  readonly command: readonly string[];
  readonly timeoutMinutes: number;

  constructor(scope: Construct, id: string, props: JobProps) {
    super(scope, id);
    const { image, program, size, logGroup, workFolder = false } = props;
    this.task = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu: size.cpu,
      memoryLimitMiB: size.memoryMib,
      ephemeralStorageGiB: size.diskGib,
      ...(workFolder && { volumes: [{ name: 'work' }] }),
    });
    this.command = ['node', ...program];
    this.timeoutMinutes = size.timeoutMinutes;
    this.grantPrincipal = this.task.taskRole.grantPrincipal;
    this.container = this.task.addContainer(id, {
      image,
      // ECS ends no task by itself; `timeout` passes SIGTERM on
      entryPoint: ['timeout', `--kill-after=${GRACE_SECONDS}`, String(size.timeoutMinutes * 60)],
      command: [...this.command],
      environment: { ...props.environment, ...(workFolder && { TMPDIR: WORK_FOLDER }) },
      logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: id }),
      readonlyRootFilesystem: true,
      user: 'node',
      privileged: false,
      linuxParameters: new ecs.LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      stopTimeout: Duration.seconds(GRACE_SECONDS),
    });
    acknowledgeTask(this.task);
    if (workFolder)
      this.container.addMountPoints({ sourceVolume: 'work', containerPath: WORK_FOLDER, readOnly: false });
  }
}
