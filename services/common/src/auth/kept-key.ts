import { type Item, principalOf } from './api-key-item.ts';
import type { Scope } from './principal.ts';

/** A key as it is listed: all but the key itself, which nobody keeps. */
export interface KeptKey {
  id: string;
  name: string;
  scopes: readonly Scope[];
  state: 'active' | 'revoked' | 'expired';
  created_at: string;
  created_by: string | null;
  /** Null: never. */
  expires_at: string | null;
  revoked_at: string | null;
  revoked_by: string | null;
  /** Null: the service's own limit; 0: none. */
  requests_per_minute: number | null;
  /** The id of the key that takes its place. */
  rotated_to: string | null;
}

/** A key by its item in the table `state`. */
export function keptKeyOf(item: Item): KeptKey {
  const { id = '', name, scopes, requestsPerMinute } = principalOf(item);
  const text = (attribute: string) => item[attribute]?.S ?? null;
  const revokedAt = text('revoked_at');
  const seconds = item['expires_at']?.N;
  // of a revoked key it says when it is no longer listed
  const expiresAt = seconds === undefined || revokedAt ? undefined : Number(seconds) * 1000;
  return {
    id,
    name,
    scopes,
    state: revokedAt ? 'revoked' : expiresAt !== undefined && expiresAt <= Date.now() ? 'expired' : 'active',
    created_at: text('created_at') ?? '',
    created_by: text('created_by'),
    expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    revoked_at: revokedAt,
    revoked_by: text('revoked_by'),
    requests_per_minute: requestsPerMinute ?? null,
    rotated_to: text('rotated_to'),
  };
}
