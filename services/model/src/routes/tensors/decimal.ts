/** The shortest decimal of at least six digits, by printing and reading. */
function printed(x: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(x.toPrecision(digits));
    if (Math.fround(decimal) === x) return decimal;
  }
  return Number(x.toPrecision(9));
}

/** Beyond, `x * power` has no digit behind the point left that rounding could find. */
const ROUNDABLE = 1e5;

/**
 * The shortest decimal, of at least six digits, that is this float32: 0.1, not 0.10000000149011612.
 * @param x finite
 */
export function shortestDecimal(x: number): number {
  const size = Math.abs(x);
  if (size === 0) return 0;
  if (size >= ROUNDABLE) return printed(x);
  // most answers are probabilities: rounding to a place and looking is several times as fast as printing
  let power = 1e6;
  for (let bound = 1; bound <= size; bound *= 10) power /= 10;
  for (let digits = 6; digits <= 9; digits++, power *= 10) {
    const decimal = Math.round(x * power) / power;
    if (Math.fround(decimal) === x) return decimal;
  }
  return printed(x);
}
