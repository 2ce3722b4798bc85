import type { Contradiction } from './contradictions.ts';
import { fargateSizeProblem } from './fargate-size.ts';
import { intervalMinutes } from './schedule.ts';
import type { StageSettings } from './stage-settings.ts';

/** Sizes that Fargate does not offer, and a monitor that would overlap or could never be missed. */
export function jobContradictions({ orchestrator, model, jobs, monitor }: StageSettings) {
  const found: Contradiction[] = [];
  const sizes = { orchestrator, model, 'jobs.training': jobs.training, 'jobs.small': jobs.small };
  for (const [field, size] of Object.entries(sizes)) {
    const problem = fargateSizeProblem(size);
    if (problem) found.push({ field: `${field}.memoryMib`, problem });
  }
  const interval = intervalMinutes(monitor.schedule);
  if (interval === undefined) return found;
  if (monitor.missedAfterMinutes <= interval)
    found.push({
      field: 'monitor.missedAfterMinutes',
      problem: 'must be more than the minutes between two runs',
    });
  if (jobs.small.timeoutMinutes > interval)
    found.push({
      field: 'jobs.small.timeoutMinutes',
      problem: 'must not be more than the minutes between two runs of the monitor: they would overlap',
    });
  return found;
}
