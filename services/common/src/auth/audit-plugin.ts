import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
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

/** One line `{"audit": {…}}` at `info`, also where the service itself says less; only `silent` silences it. */
export function writeAudit(log: FastifyBaseLogger, facts: { who: object } & AuditedAction): void {
  const always = log.level === 'silent' ? log : log.child({}, { level: 'info' });
  always.info({ audit: facts }, 'audit');
}

/** `request.audit`: who (id and name of key or token, address), what, to what, and under which request id. */
export const auditPlugin = fp(
  async (app) => {
    app.decorateRequest('audit', function audit(this: FastifyRequest, action: AuditedAction) {
      const { id, name } = this.principal ?? {};
      writeAudit(this.log, { who: { id, name, address: this.ip }, ...action });
    });
  },
  { name: 'audit', dependencies: ['auth'] },
);
