import type { Credential } from './credential.ts';

/** What a key may do. */
export const SCOPES = ['predict', 'features', 'outcomes', 'read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text);

/** Who calls, by the key or token presented. */
export interface Principal {
  name: string;
  scopes: readonly Scope[];
  /** What it is counted and logged under: stays the same under another name. The service key has none. */
  id?: string;
  /** Requests that it may make in a minute at one replica; 0: any number. Without it the service's own limit holds. */
  requestsPerMinute?: number;
}

/** What it tells of its work beside the requests. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** Recognises one kind of key. */
export interface Authenticator {
  /**
   * Answers at once, without a promise, where it knows: a caller seen before costs next to nothing. A credential of
   * another kind, or one that it does not know, is `undefined`.
   * @throws TristoreError `unauthenticated`, with the reason, for one of this kind that is not sound; any other error
   *   means that it cannot be judged at the moment
   */
  authenticate(credential: Credential): Principal | undefined | Promise<Principal | undefined>;
  /** Begins what it does beside the requests. */
  open?(log: Log): void;
  close?(): void;
}
