/** Memory in MiB, from, to and in steps of, that Fargate offers for CPU units on Linux. */
const MEMORY: Record<number, { from: number; to: number; step: number }> = {
  512: { from: 1_024, to: 4_096, step: 1_024 },
  1024: { from: 2_048, to: 8_192, step: 1_024 },
  2048: { from: 4_096, to: 16_384, step: 1_024 },
  4096: { from: 8_192, to: 30_720, step: 1_024 },
  8192: { from: 16_384, to: 61_440, step: 4_096 },
  16384: { from: 32_768, to: 122_880, step: 8_192 },
};

/** What is wrong with a task of this size (CPU units, MiB), or undefined: Fargate refuses others only at deployment. */
export function fargateSizeProblem({ cpu, memoryMib }: { cpu: number; memoryMib: number }) {
  if (cpu === 256)
    return [512, 1_024, 2_048].includes(memoryMib)
      ? undefined
      : 'must be 512, 1024 or 2048 with 256 CPU units';
  const range = MEMORY[cpu];
  if (!range) return `${cpu} CPU units are no size of Fargate's`;
  const { from, to, step } = range;
  const fits = memoryMib >= from && memoryMib <= to && (memoryMib - from) % step === 0;
  return fits ? undefined : `must be ${from} to ${to} in steps of ${step} with ${cpu} CPU units`;
}
