import 'fastify';
import type { Scope } from './auth/principal.ts';

declare module 'fastify' {
  /** What every route says about who may call it: one of the two. */
  interface FastifyContextConfig {
    /** Needs no key: health, docs, static files. */
    open?: boolean;
    /** Needs a key with this scope. */
    scope?: Scope;
    /** The list in the body whose items count one by one against the caller's rate limit; without it there is one. */
    items?: string;
  }
}
