import { createHash } from 'node:crypto';

/**
 * Whether an entity is among the canary's `percent`: always the same answer for one entity and version, and those who
 * are in stay in when the share grows. Each version meets others first.
 */
export function isCanary(model: string, version: string, entityId: string, percent: number): boolean {
  const hash = createHash('sha256').update(`${model}\n${version}\n${entityId}`).digest();
  return (hash.readUInt32BE(0) / 2 ** 32) * 100 < percent;
}
