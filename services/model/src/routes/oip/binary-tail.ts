import type { RequestInput } from '@tristore/common/contracts/open-inference.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { tensorFault } from '../tensors/fault.ts';

/** Cuts the bytes behind the JSON into tensors, in the order of the inputs. @throws TristoreError naming the input */
export function cutTail(inputs: readonly RequestInput[], tail: Uint8Array): (Uint8Array | undefined)[] {
  let offset = 0;
  const tails = inputs.map(({ name, parameters, data }) => {
    const size = parameters?.['binary_data_size'];
    if (size === undefined) return undefined;
    const input = `input "${name}"`;
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw tensorFault(input, 'binary_data_size must be a whole number of bytes');
    if (data) throw tensorFault(input, 'has both data and binary_data_size');
    if (offset + size > tail.length)
      throw tensorFault(input, `binary_data_size is ${size}, but ${tail.length - offset} bytes are left`);
    offset += size;
    return tail.subarray(offset - size, offset);
  });
  if (offset !== tail.length)
    throw new TristoreError('invalid_request', `${tail.length - offset} bytes behind the last binary tensor`);
  return tails;
}
