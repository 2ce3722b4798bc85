import type { MadeKey } from '@tristore/common/auth/api-key-keeper.ts';
import type { KeptKey } from '@tristore/common/auth/kept-key.ts';
import { renderTable } from '../render-table.ts';

const limitText = (limit: number | null) =>
  limit === null ? 'default' : limit === 0 ? 'none' : `${limit}/min`;

/** A key that was made, and the one that it takes over from. */
export function madeText({ key, kept }: MadeKey, old?: KeptKey): string {
  const { id, name, scopes, expires_at, requests_per_minute } = kept;
  const lines = [
    key,
    '',
    `This is the only time that the key is shown; ${id} names it from now on.`,
    `${name}: ${scopes.join(', ')}; expires: ${expires_at ?? 'never'}; limit: ${limitText(requests_per_minute)}`,
  ];
  if (old) lines.push(`The key ${old.id} ends at ${old.expires_at}; every replica knows within 30 seconds.`);
  return `${lines.join('\n')}\n`;
}

/** All keys as a table. */
export function keysText(keys: readonly KeptKey[]): string {
  if (!keys.length) return 'there are no keys yet\n';
  const rows = keys.map((key) => ({
    id: key.id,
    name: key.name,
    scopes: [...key.scopes].sort().join(' '),
    state: key.state,
    limit: limitText(key.requests_per_minute),
    created: `${key.created_at.slice(0, 19)}Z by ${key.created_by ?? '?'}`,
    ends: key.revoked_at ?? key.expires_at ?? 'never',
  }));
  return `${renderTable(rows)}\n`;
}
