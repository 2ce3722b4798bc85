import type { Basis } from './line.ts';
import { ASSUMED, requestsPerPrediction } from './load.ts';

/** An account's limit, and what the load comes to. */
export interface Quota {
  quota: string;
  limit: number;
  needed: number;
  /** Whether it can be raised by asking AWS, or by a setting of the stage. */
  raise: 'ask AWS' | 'setting';
}

/** Regions whose Firehose streams begin with more: records and MiB a second, PutRecordBatch calls a second. */
const WIDE = { records: 500_000, mebibytes: 5, calls: 2_000 };
const NARROW = { records: 100_000, mebibytes: 1, calls: 1_000 };
const WIDE_REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

/** Records that share a call, by predictions a second of one task: from docs/benchmarks/orchestrator.md. */
export const recordsPerCall = (rpsOfTask: number): number => Math.max(1, Math.min(100, rpsOfTask / 200));

/** What the load asks of an account that nothing was raised in. */
export function quotasOf({ stage, load, facts, tasks }: Basis): Quota[] {
  const { rps } = load;
  const stream = WIDE_REGIONS.includes(stage.region) ? WIDE : NARROW;
  const perTask = rps / tasks.orchestrator.tasks;
  const peak = (service: 'orchestrator' | 'model') => (stage[service].maxTasks * stage[service].cpu) / 1_024;
  const { gateway } = stage.exposure;
  const list: Quota[] = [
    {
      quota: 'Firehose, records/s of a stream',
      limit: stream.records,
      needed: rps,
      raise: 'ask AWS',
    },
    {
      quota: 'Firehose, MiB/s of a stream',
      limit: stream.mebibytes,
      needed: (rps * load.recordBytes) / 2 ** 20,
      raise: 'ask AWS',
    },
    {
      quota: 'Firehose, PutRecordBatch/s of a stream',
      limit: stream.calls,
      needed: rps / recordsPerCall(perTask),
      raise: 'ask AWS',
    },
    { quota: 'DynamoDB, RRU/s of a table', limit: 40_000, needed: rps / 2, raise: 'ask AWS' },
    {
      quota: 'DynamoDB, WRU/s of a table, rows written within an hour',
      limit: 40_000,
      needed: (load.clients * Math.ceil(ASSUMED.rowBytes / 1_024)) / 3_600,
      raise: 'ask AWS',
    },
    {
      quota: 'Fargate, vCPUs on demand, all tasks at their most',
      limit: 6,
      needed: peak('orchestrator') + peak('model'),
      raise: 'ask AWS',
    },
    {
      quota: 'orchestrator.maxTasks',
      limit: stage.orchestrator.maxTasks,
      needed: tasks.orchestrator.needed,
      raise: 'setting',
    },
    { quota: 'model.maxTasks', limit: stage.model.maxTasks, needed: tasks.model.needed, raise: 'setting' },
    { quota: 'VPC, interface endpoints', limit: 50, needed: facts.endpoints, raise: 'ask AWS' },
  ];
  if (gateway)
    list.push(
      {
        quota: 'API Gateway, requests/s of an account',
        limit: 10_000,
        needed: rps * requestsPerPrediction,
        raise: 'ask AWS',
      },
      {
        quota: 'exposure.gateway.requestsPerSecond',
        limit: gateway.requestsPerSecond,
        needed: rps * requestsPerPrediction,
        raise: 'setting',
      },
    );
  return list;
}
