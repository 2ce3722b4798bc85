import type { InferRequest } from '@tristore/common/contracts/open-inference.ts';
import { tensorFault } from '../tensors/fault.ts';
import { flag } from './wanted-outputs.ts';

/** More than four are of no help to whom they are told (12 CFR 1002.9(b)(2), official interpretation 1). */
const USUAL = 4;
const MAX = 10;

/**
 * Whether a request wants an explanation (`parameters.explain`), and with how many reasons for each row at most
 * (`parameters.reason_count`).
 * @throws TristoreError naming the parameter
 */
export function reasonsWanted({ parameters }: InferRequest): number | undefined {
  if (!flag(parameters?.['explain'], 'parameters.explain', false)) return undefined;
  const count = parameters?.['reason_count'] ?? USUAL;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MAX)
    throw tensorFault('parameters.reason_count', `must be a whole number from 1 to ${MAX}`);
  return count;
}
