/** Stands in for a share of zero; the other shares are not renormalised (Evidently's convention). */
const ZERO_SHARE = 1e-4;

/** Shares of counts, zeros replaced: by 1e-4, or by the smallest share / 1e6 where that is not above 1e-4. */
function sharesOf(counts: ArrayLike<number>): number[] {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new RangeError('there are no rows in any bin');
  const shares = Array.from(counts, (count) => count / total);
  const smallest = Math.min(...shares.filter((share) => share > 0));
  const zero = smallest <= ZERO_SHARE ? smallest / 1e6 : ZERO_SHARE;
  return shares.map((share) => share || zero);
}

/**
 * Population stability index: sum over bins of (r - c) ln(r / c), r and c the reference's and current shares.
 * The same bins on both sides; missing and out-of-range are for the caller to append as bins of their own.
 * @throws RangeError where the numbers of bins differ or a side is empty
 */
export function psi(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  if (reference.length !== current.length)
    throw new RangeError(`${reference.length} bins in the reference, ${current.length} now`);
  const [r, c] = [sharesOf(reference), sharesOf(current)];
  return r.reduce(
    (sum, share, i) => sum + (share - (c[i] as number)) * Math.log(share / (c[i] as number)),
    0,
  );
}
