import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import './auth-plugin.ts';

/** What an administrator did: to what, and what it was before and is after. */
export interface AuditedAction {
  /** Noun and verb: `feature_view.change`, `alias.change`. */
  action: string;
  target: string;
  before?: unknown;
  after?: unknown;
  /** As the caller gave it. */
  reason?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Writes one line for an action that was done; to be called after it. */
    audit(action: AuditedAction): void;
  }
}

/**
 * `request.audit`: one line `{"audit": {…}}` that says who (id and name of key or token, address), what, to what, and
 * under which request id. It is written at `info`, also where the service itself says less: only `silent` silences it.
 */
export const auditPlugin = fp(
  async (app) => {
    const level = app.log.level === 'silent' ? 'silent' : 'info';
    app.decorateRequest('audit', function audit(this: FastifyRequest, action: AuditedAction) {
      const { id, name } = this.principal ?? {};
      const log = this.log.child({}, { level });
      log.info({ audit: { who: { id, name, address: this.ip }, ...action } }, 'audit');
    });
  },
  { name: 'audit', dependencies: ['auth'] },
);
