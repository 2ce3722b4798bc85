import { defineStage } from '../stages/stage.ts';

/** Settings of a small stage; what a test is about is changed in it. */
export const SETTINGS = {
  name: 'sand',
  region: 'eu-central-1',
  data: 'destroy',
  network: { cidr: '10.20.0.0/16', zones: 2, egress: 'nat' },
  exposure: { gateway: { requestsPerSecond: 100, burst: 200 } },
  firewall: { requestsPerAddress: 1_000 },
  logs: { retentionDays: 7 },
  orchestrator: { cpu: 512, memoryMib: 1024, minTasks: 1, maxTasks: 2, requestsPerTask: 30_000 },
  model: { cpu: 512, memoryMib: 1024, minTasks: 1, maxTasks: 2, requestsPerTask: 60_000 },
  evaluation: { bufferSeconds: 60, infrequentAfterDays: 30, deleteAfterDays: 31, scanLimitGigabytes: 1 },
  alarms: {},
  monitor: { schedule: 'rate(1 hour)' },
  retraining: { models: ['credit-default'], onAlarm: false },
};

type Changes = { [Setting in keyof typeof SETTINGS]?: unknown } & Record<string, unknown>;

/** A stage with some settings replaced. @throws SchemaError as `defineStage` */
export const sampleStage = (changes: Changes = {}) => defineStage({ ...SETTINGS, ...changes });
