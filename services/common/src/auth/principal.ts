/** What a key may do. */
export const SCOPES = ['predict', 'features', 'outcomes', 'read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who calls, by the key or token presented. */
export interface Principal {
  name: string;
  scopes: readonly Scope[];
}

/** Recognises one kind of key. A key that it does not know is `undefined`, never an error. */
export interface Authenticator {
  authenticate(key: string): Promise<Principal | undefined>;
}
