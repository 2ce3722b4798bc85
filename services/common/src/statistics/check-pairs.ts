/**
 * Checks that scores and labels belong together.
 * @returns how many there are
 * @throws RangeError where there are none, their numbers differ, a score is no number or a label not 0 or 1
 */
export function checkPairs(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  if (scores.length !== labels.length)
    throw new RangeError(`${scores.length} scores, but ${labels.length} labels`);
  if (scores.length === 0) throw new RangeError('there are no scores');
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) throw new RangeError(`score ${i} is not a number`);
    if (labels[i] !== 0 && labels[i] !== 1) throw new RangeError(`label ${i} is ${labels[i]}, not 0 or 1`);
  }
  return scores.length;
}
