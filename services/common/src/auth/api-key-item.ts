import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isScope, type Principal } from './principal.ts';

/** An item of the table `state`. */
export type Item = Record<string, AttributeValue>;

const PREFIX = 'api-key#';
const ID_LENGTH = 12;

export const partitionKey = (digest: string): string => PREFIX + digest;

/** The key's SHA-256, by its item. */
export const digestOf = (item: Item): string => item['pk']?.S?.slice(PREFIX.length) ?? '';

/** A key's public name: the first digits of its SHA-256, 48 bits. */
export const idOf = (digest: string): string => digest.slice(0, ID_LENGTH);

/** Who calls with the key of an item. Scopes that this version does not know open nothing. */
export function principalOf(item: Item): Principal {
  const limit = item['requests_per_minute']?.N;
  return {
    id: idOf(digestOf(item)),
    name: item['name']?.S ?? 'unnamed',
    scopes: (item['scopes']?.SS ?? []).filter(isScope),
    ...(limit !== undefined && { requestsPerMinute: Number(limit) }),
  };
}
