import { defineStage } from './stage.ts';

/** As prd, smaller: what passes here goes there. */
export default () =>
  defineStage({
    name: 'dev',
    region: 'eu-central-1',
    data: 'destroy',
    network: { cidr: '10.21.0.0/16', zones: 2, egress: 'endpoints' },
    exposure: { gateway: { requestsPerSecond: 500, burst: 500, cacheGigabytes: '0.5' } },
    firewall: { requestsPerAddress: 150_000 },
    logs: { retentionDays: 30 },
    orchestrator: { cpu: 1024, memoryMib: 2048, minTasks: 2, maxTasks: 4, requestsPerTask: 60_000 },
    model: { cpu: 1024, memoryMib: 2048, minTasks: 2, maxTasks: 4, requestsPerTask: 120_000 },
    featureStore: { recoveryDays: 7 },
    evaluation: { bufferSeconds: 60, infrequentAfterDays: 30, deleteAfterDays: 90, scanLimitGigabytes: 10 },
    alarms: {},
    jobs: {
      training: { cpu: 2048, memoryMib: 8192, timeoutMinutes: 120 },
      small: { cpu: 512, memoryMib: 1024, timeoutMinutes: 10 },
    },
    // the commands monitor and retrain are not in the images: a schedule would start what is not there
    monitor: { enabled: false, schedule: 'rate(15 minutes)', missedAfterMinutes: 45 },
    retraining: { enabled: false, models: ['credit-default'], schedule: 'rate(7 days)', onAlarm: true },
  });
