import { defineStage } from './stage.ts';

/** What customers meet: three zones, no way out to the internet, and data that outlives the stage. */
export default () =>
  defineStage({
    name: 'prd',
    region: 'eu-central-1',
    data: 'keep',
    network: { cidr: '10.22.0.0/16', zones: 3, egress: 'endpoints' },
    exposure: { gateway: { requestsPerSecond: 2_000, burst: 2_000, cacheGigabytes: '0.5' } },
    firewall: { requestsPerAddress: 600_000 },
    logs: { retentionDays: 365, containerInsights: 'on' },
    orchestrator: { cpu: 2048, memoryMib: 4096, minTasks: 3, maxTasks: 12, requestsPerTask: 90_000 },
    model: { cpu: 2048, memoryMib: 4096, minTasks: 3, maxTasks: 12, requestsPerTask: 180_000 },
    featureStore: { recoveryDays: 35 },
    evaluation: { bufferSeconds: 300, infrequentAfterDays: 90, scanLimitGigabytes: 100 },
    alarms: {},
    jobs: {
      training: { cpu: 4096, memoryMib: 16_384, diskGib: 50, timeoutMinutes: 240 },
      small: { cpu: 1024, memoryMib: 2048, timeoutMinutes: 5 },
    },
    // the commands monitor and retrain are not in the images: a schedule would start what is not there
    monitor: { enabled: false, schedule: 'rate(5 minutes)', missedAfterMinutes: 20 },
    retraining: {
      enabled: false,
      models: ['credit-default'],
      schedule: 'cron(0 3 ? * SUN *)',
      onAlarm: true,
    },
  });
