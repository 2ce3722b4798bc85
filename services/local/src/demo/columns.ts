/** The file's columns, apart from its id and target: their own names, in their own order. */
export const STATUS = ['PAY_0', 'PAY_2', 'PAY_3', 'PAY_4', 'PAY_5', 'PAY_6'] as const;
export const BILL = ['BILL_AMT1', 'BILL_AMT2', 'BILL_AMT3', 'BILL_AMT4', 'BILL_AMT5', 'BILL_AMT6'] as const;
export const PAYMENT = ['PAY_AMT1', 'PAY_AMT2', 'PAY_AMT3', 'PAY_AMT4', 'PAY_AMT5', 'PAY_AMT6'] as const;
/** What the copula ties besides money, each with the name of its counts in the shape. */
export const FIXED = [
  ['LIMIT_BAL', 'limit'],
  ['AGE', 'age'],
] as const;
export const COLUMNS = [
  'LIMIT_BAL',
  'SEX',
  'EDUCATION',
  'MARRIAGE',
  'AGE',
  ...STATUS,
  ...BILL,
  ...PAYMENT,
] as const;
export const ID = 'ID';
export const TARGET = 'default.payment.next.month';

/** The normal scores, in this order: limit and age, the bills, the payments. */
export const BILL_SCORE = FIXED.length;
export const PAYMENT_SCORE = BILL_SCORE + BILL.length;
export const SCORES = PAYMENT_SCORE + PAYMENT.length;

export type Label = 0 | 1;

/** In how many of the months before the latest nothing was revolved or late: none, some, all. */
function monthsInFull(statuses: readonly number[]): 'none' | 'some' | 'all' {
  const months = statuses.slice(1).filter((status) => status < 0).length;
  if (months === 0) return 'none';
  return months === statuses.length - 1 ? 'all' : 'some';
}

/**
 * The mixture's components that a client may be drawn from, the most telling first: by the latest repayment status
 * (two and more months of delay as one), the label and the months paid in full.
 */
export function componentsOf(statuses: readonly number[], label: Label): string[] {
  const latest = `${Math.min(statuses[0] ?? 0, 2)}/${label}`;
  return [`${latest}/${monthsInFull(statuses)}`, latest];
}
