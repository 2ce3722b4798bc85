import fp from 'fastify-plugin';
import { Counter, Gauge } from 'prom-client';
import type { CoalescerFigures } from '../coalescing/coalescer.ts';
import type { Shadows } from '../prediction/shadows.ts';
import type { Breaker } from '../resilience/breaker.ts';

/** What predictions call: how they share its calls, and whether it is left alone. */
export interface Dependency {
  name: string;
  /** Added up. */
  coalescers(): readonly CoalescerFigures[];
  breaker?: Breaker;
}

export interface CallMetricsOptions {
  dependencies: readonly Dependency[];
  shadows: Pick<Shadows, 'kept' | 'lost'>;
}

const FIGURES: [name: string, help: string, of: (figures: CoalescerFigures) => number][] = [
  ['calls_total', 'Calls made', ({ calls }) => calls],
  [
    'call_items_total',
    'Items in the calls made: over calls_total, what one call carries',
    ({ items }) => items,
  ],
  ['calls_waiting', 'Items that wait for a call', ({ waiting }) => waiting],
  ['calls_in_flight', 'Calls in flight', ({ inFlight }) => inFlight],
];

/** How predictions share calls, which dependencies are left alone, and what became of shadows. */
export const callMetricsPlugin = fp<CallMetricsOptions>(
  async (app, { dependencies, shadows }) => {
    const registers = [app.metrics];
    for (const [name, help, of] of FIGURES) {
      const collect = (add: (to: string, value: number) => void) => {
        for (const { name: to, coalescers } of dependencies)
          add(
            to,
            coalescers().reduce((sum, figures) => sum + of(figures), 0),
          );
      };
      const options = { name: `dependency_${name}`, help, labelNames: ['dependency'], registers };
      if (name.endsWith('_total'))
        new Counter({
          ...options,
          collect() {
            this.reset();
            collect((dependency, value) => this.inc({ dependency }, value));
          },
        });
      else
        new Gauge({
          ...options,
          collect() {
            this.reset();
            collect((dependency, value) => this.inc({ dependency }, value));
          },
        });
    }
    new Gauge({
      name: 'dependency_breaker_state',
      help: '0: calls are made; 1: none is, because they failed; 2: one tries',
      labelNames: ['dependency'],
      registers,
      collect() {
        for (const { name, breaker } of dependencies)
          if (breaker) this.set({ dependency: name }, breaker.state());
      },
    });
    new Counter({
      name: 'shadow_predictions_total',
      help: 'Shadows by what became of them: kept, or lost because too many were under way or the version failed',
      labelNames: ['result'],
      registers,
      collect() {
        this.reset();
        this.inc({ result: 'kept' }, shadows.kept);
        this.inc({ result: 'lost' }, shadows.lost);
      },
    });
  },
  { name: 'call-metrics', dependencies: ['metrics'] },
);
