import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { acknowledgeTask } from './acknowledge-task.ts';
import { type Environment, PORTS, SPOOL_DIR } from './environment.ts';
import type { ServiceKey } from './service-key.ts';
import { READY_PATHS } from './service-targets.ts';
import { STOP } from './shutdown.ts';

export interface ServiceTaskProps {
  stage: Stage;
  name: 'orchestrator' | 'model';
  image: ecs.ContainerImage;
  environment: Environment;
  serviceKey: ServiceKey;
}

/** The same question that the image asks itself under Docker: ECS does not look at what an image says of its health. */
const asksItself = (name: ServiceTaskProps['name']) => [
  'CMD',
  'bash',
  '-c',
  `exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET ${READY_PATHS[name]} HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ "$status" = 200 ]`,
];

/** One container that may write nowhere but to its spool, does not run as root, and is started again where it died. */
export function serviceTask(scope: Construct, props: ServiceTaskProps) {
  const { stage, name, image, environment, serviceKey } = props;
  const { cpu, memoryMib } = stage[name];
  const logGroup = new logs.LogGroup(scope, 'Logs', {
    retention: stage.logs.retentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const task = new ecs.FargateTaskDefinition(scope, 'Task', {
    cpu,
    memoryLimitMiB: memoryMib,
    runtimePlatform: {
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      cpuArchitecture: ecs.CpuArchitecture.X86_64,
    },
  });
  const container = task.addContainer(name, {
    image,
    user: 'node',
    readonlyRootFilesystem: true,
    environment,
    secrets: { SERVICE_KEY: ecs.Secret.fromSecretsManager(serviceKey.secret) },
    portMappings: [{ name, containerPort: PORTS[name], appProtocol: ecs.AppProtocol.http }],
    stopTimeout: STOP,
    // the volume of a task outlives its container, but not the task: a container that died is started again beside it
    enableRestartPolicy: true,
    restartAttemptPeriod: Duration.seconds(60),
    healthCheck: {
      command: asksItself(name),
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      retries: 3,
      startPeriod: Duration.seconds(60),
    },
    // lines are lost rather than predictions held up while CloudWatch does not answer; records do not go this way.
    // No key of our own: what is logged holds no feature, key or body
    logging: ecs.LogDrivers.awsLogs({
      logGroup,
      streamPrefix: name,
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(10),
    }),
  });
  serviceKey.grantRead(task.obtainExecutionRole());
  acknowledgeTask(task);
  if (name === 'orchestrator') {
    // used with every acknowledgement: what is queued and cannot be delivered is kept here until it can
    task.addVolume({ name: 'spool' });
    container.addMountPoints({ sourceVolume: 'spool', containerPath: SPOOL_DIR, readOnly: false });
  }
  return { task, logs: logGroup };
}
