/** MiB of memory that go with CPU units on Fargate: least, most, and the step between. */
const SIZES: Record<number, readonly [least: number, most: number, step: number]> = {
  512: [1_024, 4_096, 1_024],
  1024: [2_048, 8_192, 1_024],
  2048: [4_096, 16_384, 1_024],
  4096: [8_192, 30_720, 1_024],
  8192: [16_384, 61_440, 4_096],
  16384: [32_768, 122_880, 8_192],
};

/** Whether Fargate has tasks of this size: it refuses others when a task definition is registered, which is late. */
export function isFargateSize(cpu: number, memoryMib: number): boolean {
  if (cpu === 256) return [512, 1_024, 2_048].includes(memoryMib);
  const [least, most, step] = SIZES[cpu] ?? [1, 0, 1];
  return memoryMib >= least && memoryMib <= most && memoryMib % step === 0;
}
