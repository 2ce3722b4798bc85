import type { KeptKey } from '@tristore/common/auth/kept-key.ts';

/** The audit log's line for a key that was changed, in the form in which the services write theirs. */
export function auditLine(by: string, action: string, key: KeptKey, before?: KeptKey): string {
  const { id, name, scopes, expires_at, requests_per_minute } = key;
  const after = { id, name, scopes, expires_at, requests_per_minute };
  const audit = {
    who: { name: by },
    action,
    target: before?.id ?? id,
    ...(before && { before: { id: before.id, expires_at: before.expires_at } }),
    after,
  };
  return `${JSON.stringify({ level: 30, time: Date.now(), name: 'keys', audit, msg: 'audit' })}\n`;
}
