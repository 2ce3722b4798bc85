import { createHash, timingSafeEqual } from 'node:crypto';
import type { Authenticator, Principal } from './principal.ts';

/** The one secret that the orchestrator presents to the model server: checked without DynamoDB. */
export function serviceKey(secret: string, principal: Principal): Authenticator {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  const expected = digest(secret);
  return {
    authenticate: async (key) => (timingSafeEqual(digest(key), expected) ? principal : undefined),
  };
}
