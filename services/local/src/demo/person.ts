import type { Label } from './columns.ts';

type Values = Readonly<Record<string, number>>;

const bandOf = (edges: readonly number[], x = 0): number => edges.filter((edge) => x > edge).length;
const ageBand = ({ AGE }: Values): number => bandOf([24, 27, 30, 33, 37, 42, 50], AGE);
export const limitBand = ({ LIMIT_BAL }: Values): number =>
  bandOf([30_000, 60_000, 120_000, 200_000, 300_000], LIMIT_BAL);

/** What has no order that a copula could tie, in drawing order: each by the group of clients it is counted in. */
export const CATEGORIES = {
  SEX: (values, label) => `${label} ${limitBand(values)}`,
  EDUCATION: (values, label) => `${label} ${limitBand(values)} ${ageBand(values) >> 1}`,
  MARRIAGE: (values) => `${values['SEX']} ${ageBand(values)}`,
} as const satisfies Record<string, (values: Values, label: Label) => string>;
export type Category = keyof typeof CATEGORIES;
export const CATEGORY_NAMES = ['SEX', 'EDUCATION', 'MARRIAGE'] as const satisfies readonly Category[];
