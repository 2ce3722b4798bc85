import type { Stage } from '../../stages/stage.ts';

/**
 * Seconds of CPU that a prediction takes in each service: docs/benchmarks/orchestrator.md, `credit-default` with 16
 * connections and `firehose`, where calls are shared by few.
 */
export const CPU_SECONDS = { orchestrator: 539e-6, model: 107e-6 } as const;
export type ServiceName = keyof typeof CPU_SECONDS;

/** JavaScript runs on one core, whatever a task has. */
const CORES = 1;

export interface Tasks {
  /** While under load. */
  tasks: number;
  /** What the load would need; more than `tasks` where `maxTasks` holds it back. */
  needed: number;
}

/** How many tasks the autoscaling comes to: by requests a task and by CPU, between the stage's bounds. */
export function tasksOf(stage: Stage, service: ServiceName, rps: number): Tasks {
  const { cpu, cpuPercent, requestsPerTask, minTasks, maxTasks } = stage[service];
  const byCpu = (rps * CPU_SECONDS[service]) / (Math.min(cpu / 1_024, CORES) * (cpuPercent / 100));
  // the balancer sees no request for the model server's work: the orchestrator's calls go past it
  const byRequests = service === 'orchestrator' ? (rps * 60) / requestsPerTask : 0;
  const needed = Math.max(minTasks, Math.ceil(byCpu), Math.ceil(byRequests));
  return { tasks: Math.min(needed, maxTasks), needed };
}
