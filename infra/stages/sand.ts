import { defineStage } from './stage.ts';

/** To try things out: small, cheap, and gone without a trace. */
export default () =>
  defineStage({
    name: 'sand',
    region: 'eu-central-1',
    data: 'destroy',
    network: { cidr: '10.20.0.0/16', zones: 2, egress: 'nat' },
    exposure: { gateway: { requestsPerSecond: 100, burst: 200 } },
    firewall: { requestsPerAddress: 30_000 },
    logs: { retentionDays: 7 },
    orchestrator: { cpu: 512, memoryMib: 1024, minTasks: 1, maxTasks: 2, requestsPerTask: 30_000 },
    model: { cpu: 512, memoryMib: 1024, minTasks: 1, maxTasks: 2, requestsPerTask: 60_000 },
    featureStore: { recoveryDays: 1 },
    evaluation: { bufferSeconds: 60, infrequentAfterDays: 30, deleteAfterDays: 31, scanLimitGigabytes: 1 },
    alarms: {},
    jobs: {
      training: { cpu: 1024, memoryMib: 4096, timeoutMinutes: 60 },
      small: { cpu: 256, memoryMib: 1024, timeoutMinutes: 15 },
    },
    // the commands monitor and retrain are not in the images: a schedule would start what is not there
    monitor: { enabled: false, schedule: 'rate(1 hour)', missedAfterMinutes: 180 },
    retraining: { enabled: false, models: ['credit-default'], onAlarm: false },
  });
