import { type Basis, billOf, type Line } from '../line.ts';
import { ASSUMED, MONTH_HOURS, runsPerMonth } from '../load.ts';

const FALLBACK = { monitor: { cpu: 512, memoryMib: 1_024 }, train: { cpu: 2_048, memoryMib: 4_096 } };

/** Fargate: the services by their tasks, under load and at rest, and the jobs by their runs. */
export function computeLines({ stage, region, month, facts, tasks }: Basis): Line[] {
  const bill = billOf('Fargate', region);
  for (const service of ['orchestrator', 'model'] as const) {
    const { cpu, memoryMib, minTasks } = stage[service];
    const hours = tasks[service].tasks * month.activeHours + minTasks * (MONTH_HOURS - month.activeHours);
    bill.add(`${service}, CPU`, (hours * cpu) / 1_024, 'fargateVcpu');
    bill.add(`${service}, memory`, (hours * memoryMib) / 1_024, 'fargateMemory');
  }
  const job = (what: string, runs: number, minutes: number, size: { cpu: number; memoryMib: number }) => {
    const hours = (runs * minutes) / 60;
    bill.add(`${what}, CPU`, (hours * size.cpu) / 1_024, 'fargateVcpu');
    bill.add(`${what}, memory`, (hours * size.memoryMib) / 1_024, 'fargateMemory');
  };
  const monitor = facts.jobs['monitor'] ?? FALLBACK.monitor;
  job('monitor job', runsPerMonth(stage.monitor.schedule), ASSUMED.monitorMinutes, monitor);
  const trainings = runsPerMonth(stage.retraining.schedule) * stage.retraining.models.length;
  const train = facts.jobs['retrain'] ?? facts.jobs['train'] ?? FALLBACK.train;
  job('retraining', trainings, ASSUMED.trainingMinutes, train);
  return bill.lines;
}
