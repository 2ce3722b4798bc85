/** A healthy record is taken for a poisoned one at most this often. */
const CHANCE = Math.log(1e-9);
const FEWEST_REFUSALS = 5;
/** Milliseconds from the first refusal on: what passes by itself is no poison. */
const SHORTEST_MS = 10_000;

/**
 * How much speaks for a record being refused for what it is. A stream that refuses nine records of ten, at random, is
 * no reason to give one up; a record that is refused again and again while all others pass is. So each refusal counts
 * by how many others were refused in the same call: the sum is the logarithm of the chance that a record like the
 * others was refused every time.
 */
export class Suspicion {
  #refusals = 0;
  #chance = 0;
  #first: number | undefined;
  #last = 0;

  /**
   * One more refusal, in a call that refused `refused` of `others` other records (rule of succession).
   * @param now milliseconds on any clock
   */
  refused(refused: number, others: number, now: number): void {
    this.#refusals++;
    this.#first ??= now;
    this.#last = now;
    // alone, or where nothing was taken, it says nothing
    if (refused < others) this.#chance += Math.log((refused + 1) / (others + 2));
  }

  /** Why the record is to be given up, or undefined. */
  get verdict(): string | undefined {
    const lasted = this.#last - (this.#first ?? this.#last);
    if (this.#refusals < FEWEST_REFUSALS || this.#chance > CHANCE || lasted < SHORTEST_MS) return undefined;
    return `refused ${this.#refusals} times while others were taken`;
  }
}
