import type { Stage } from '../../stages/stage.ts';
import type { Template } from '../assembly.ts';
import { factsOf } from './facts.ts';
import type { Basis, Line } from './line.ts';
import { computeLines } from './lines/compute.ts';
import { doorLines } from './lines/door.ts';
import { evaluationStoreLines } from './lines/evaluation-store.ts';
import { featureStoreLines } from './lines/feature-store.ts';
import { networkLines } from './lines/network.ts';
import { standingLines } from './lines/standing.ts';
import { type Load, monthOf } from './load.ts';
import { pricedRegion } from './prices.ts';
import { type Quota, quotasOf } from './quotas.ts';
import { tasksOf } from './tasks.ts';

export interface Estimate {
  lines: readonly Line[];
  /** US dollars a month. */
  total: number;
  quotas: readonly Quota[];
  tasks: { orchestrator: number; model: number };
}

/** What lines are reckoned from: settings, templates and load. @throws StartupError for a region without prices */
export function basisOf(
  stage: Stage,
  templates: readonly Template[],
  load: Load,
  region = stage.region,
): Basis {
  return {
    stage,
    region: pricedRegion(region),
    load,
    month: monthOf(load),
    facts: factsOf(templates, stage.network.zones),
    tasks: {
      orchestrator: tasksOf(stage, 'orchestrator', load.rps),
      model: tasksOf(stage, 'model', load.rps),
    },
  };
}

/** A month of a stage under a load, line by line. */
export function estimate(basis: Basis): Estimate {
  const lines = [
    computeLines,
    networkLines,
    doorLines,
    featureStoreLines,
    evaluationStoreLines,
    standingLines,
  ].flatMap((linesOf) => linesOf(basis));
  const { orchestrator, model } = basis.tasks;
  return {
    lines,
    total: lines.reduce((sum, { usd }) => sum + usd, 0),
    quotas: quotasOf(basis),
    tasks: { orchestrator: orchestrator.tasks, model: model.tasks },
  };
}
