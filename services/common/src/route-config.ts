import 'fastify';

/** What a key may do. */
export type Scope = 'predict' | 'features' | 'outcomes' | 'admin' | 'read';

declare module 'fastify' {
  /** What every route says about who may call it: one of the two. */
  interface FastifyContextConfig {
    /** Needs no key: health, docs, static files. */
    open?: boolean;
    /** Needs a key with this scope. */
    scope?: Scope;
  }
}
