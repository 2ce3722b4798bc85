import { UsageError } from '@tristore/common/command-line.ts';
import { ASSUMED, type Load } from './load.ts';

export const loadOptions = {
  rps: { type: 'string' },
  'hours-per-day': { type: 'string' },
  'record-bytes': { type: 'string' },
  clients: { type: 'string' },
} as const;

function numberOf(
  option: string,
  given: string | undefined,
  { least, most, otherwise }: { least: number; most: number; otherwise?: number },
): number {
  if (given === undefined && otherwise !== undefined) return otherwise;
  const number = given === undefined || !given.trim() ? Number.NaN : Number(given);
  if (!(number >= least && number <= most))
    throw new UsageError(
      `--${option}: must be a number from ${least} to ${most}${given === undefined ? ', is missing' : `, is "${given}"`}`,
    );
  return number;
}

/** @throws UsageError naming the option that is no number, or out of range */
export function loadOf(values: Partial<Record<keyof typeof loadOptions, string>>): Load {
  return {
    rps: numberOf('rps', values.rps, { least: 0, most: 1_000_000 }),
    hoursPerDay: numberOf('hours-per-day', values['hours-per-day'], { least: 0, most: 24, otherwise: 24 }),
    recordBytes: numberOf('record-bytes', values['record-bytes'], {
      least: 1,
      most: 1_024_000,
      otherwise: ASSUMED.recordBytes,
    }),
    clients: numberOf('clients', values.clients, { least: 0, most: 1e10, otherwise: ASSUMED.clients }),
  };
}
