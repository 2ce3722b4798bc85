/** A stream of pseudo-random numbers, the same on every machine for the same seed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, below). */
  integer(below: number): number;
  /** Permutes in place, uniformly (Fisher and Yates). */
  shuffle(values: Uint32Array): Uint32Array;
  /** An independent stream for a named purpose: what one purpose draws never moves another. */
  fork(purpose: string): Random;
}

/** FNV-1a, 32 bit: spreads the purpose's name over the seed. */
function mix(seed: number, text: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/** sfc32 (Doty-Humphrey, PractRand), seeded by a splitmix32 sequence, its first twelve outputs dropped. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const split = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let [a, b, c, counter] = [split(), split(), split(), 1];
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) draw();

  const random: Random = {
    next: () => draw() / 4294967296,
    integer: (below) => Math.floor(random.next() * below),
    shuffle: (values) => {
      for (let i = values.length - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        const kept = values[i] as number;
        values[i] = values[j] as number;
        values[j] = kept;
      }
      return values;
    },
    fork: (purpose) => seededRandom(mix(seed, purpose)),
  };
  return random;
}
