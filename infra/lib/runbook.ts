/** Sections of docs/runbook.md that alarms point at: each alarm has one, some share one. */
export const RUNBOOK_SECTIONS = [
  'service-errors',
  'balancer-errors',
  'gateway-errors',
  'service-latency',
  'service-unhealthy',
  'service-gone',
  'service-saturated',
  'service-ill',
  'deployment-rolled-back',
  'records-late',
  'records-throttled',
  'records-not-converted',
  'records-not-delivered',
  'table-throttled',
  'table-errors',
  'monitor-missed',
  'start-lost',
  'retraining-failed',
  'model-drift',
  'model-performance',
  'model-no-traffic',
] as const;
export type RunbookSection = (typeof RUNBOOK_SECTIONS)[number];

/** What an alarm's message says: its meaning, and where to read on. */
export const withRunbook = (meaning: string, section: RunbookSection) =>
  `${meaning}. What to do: docs/runbook.md#${section}`;
