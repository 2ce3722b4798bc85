const POWERS = [1e6, 1e7, 1e8, 1e9];

/**
 * The shortest decimal, of at least six digits, that is this float32: 0.1, not 0.10000000149011612.
 * @param x finite
 */
export function shortestDecimal(x: number): number {
  // most answers are probabilities: rounding to a place and looking costs a tenth of printing and reading
  for (const power of POWERS) {
    const decimal = Math.round(x * power) / power;
    if (Math.fround(decimal) === x && decimal !== 0) return decimal;
  }
  if (x === 0) return 0;
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(x.toPrecision(digits));
    if (Math.fround(decimal) === x) return decimal;
  }
  return Number(x.toPrecision(9));
}
