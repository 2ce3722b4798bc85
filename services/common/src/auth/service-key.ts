import { timingSafeEqual } from 'node:crypto';
import { hashKey } from './hash-key.ts';
import type { Authenticator, Principal } from './principal.ts';

/** The one secret that the orchestrator presents to the model server: checked without DynamoDB. */
export function serviceKey(secret: string, principal: Principal): Authenticator {
  const bytes = (digest: string) => Buffer.from(digest, 'latin1');
  const expected = bytes(hashKey(secret));
  return {
    authenticate: ({ digest }) => (timingSafeEqual(bytes(digest), expected) ? principal : undefined),
  };
}
