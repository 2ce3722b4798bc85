import { createHash, randomUUID } from 'node:crypto';
import { type ErrorCode, TristoreError } from '@tristore/common/errors.ts';
import { newEvent } from '../prediction/event-id.ts';
import type { Claim, IdempotencyStore } from './idempotency-store.ts';

const KEPT_MS = 24 * 3_600_000;

/** A request that must be done once, however often it is sent. */
export interface OnceRequest {
  /** Whoever presents another identity has other keys. */
  caller: string;
  key: string;
  /** All that makes it this request and no other: its route and body. */
  content: string;
  /** Milliseconds that the work may take at most: as long is the lease. */
  deadlineMs: number;
}

export interface OnceAnswer {
  /** As it was sent the first time, byte for byte. */
  answer: string;
  replayed: boolean;
}

export interface OnceOptions {
  store: IdempotencyStore;
  /** Hears of an answer that was given and could not be kept: a retry would be answered anew, as the same event. */
  onUnkept?: (error: unknown) => void;
}

const sha256 = (...parts: string[]) => {
  const hash = createHash('sha256');
  // each with its length, so that no two lists of parts look alike
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex');
};

function claimOf({ caller, key, content, deadlineMs }: OnceRequest): Claim {
  const now = new Date();
  return {
    key: sha256(caller, key),
    fingerprint: sha256(content),
    eventId: newEvent(now).id,
    id: randomUUID(),
    leasedUntil: now.getTime() + deadlineMs,
    keptUntil: now.getTime() + KEPT_MS,
  };
}

const inUse = (leasedUntil: number) =>
  new TristoreError('idempotency_key_in_use', 'a request with this Idempotency-Key is still under way', {
    retryAfter: Math.max(1, (leasedUntil - Date.now()) / 1000),
  });

/** Errors after which a record may be kept all the same, or still be on its way. */
const MAY_BE_KEPT: readonly ErrorCode[] = [
  'evaluation_log_unavailable',
  'deadline_exceeded',
  'internal_error',
];

/** Whether work that failed has certainly left no record, so that a retry may be a new event. */
const leftNothing = (error: unknown) => error instanceof TristoreError && !MAY_BE_KEPT.includes(error.code);

/**
 * Does the work of a request at most once at a time and gives its answer again for 24 hours, on every replica. Work
 * that a crash cut off is done again after its lease, for the same event id, so that its record counts once.
 * @param work makes the answer, and its record under the given event id
 * @throws TristoreError idempotency_key_reused, idempotency_key_in_use, idempotency_unavailable, and what `work` throws
 */
export async function answerOnce(
  { store, onUnkept }: OnceOptions,
  request: OnceRequest,
  work: (eventId: string) => Promise<string>,
): Promise<OnceAnswer> {
  const claim = claimOf(request);
  const claimed = await store
    .claim(claim, AbortSignal.timeout(request.deadlineMs))
    .catch((cause: unknown) => {
      throw new TristoreError('idempotency_unavailable', 'idempotency keys cannot be checked at the moment', {
        retryAfter: 1,
        cause,
      });
    });
  if (claimed.outcome === 'answered') return { answer: claimed.answer, replayed: true };
  if (claimed.outcome === 'running') throw inUse(claimed.leasedUntil);
  if (claimed.outcome === 'reused')
    throw new TristoreError(
      'idempotency_key_reused',
      'this Idempotency-Key came with another request before: send a new key, or the same request',
    );

  const answer = await work(claimed.eventId).catch(async (error: unknown) => {
    // where this fails too, the lease ends by itself
    await (leftNothing(error) ? store.forget(claim) : store.yield(claim)).catch(() => {});
    throw error;
  });
  const kept = await store.keep(claim, answer).catch((error: unknown) => {
    onUnkept?.(error);
    return true;
  });
  // somebody else does the work meanwhile: one of two answers must be the one
  if (!kept) throw inUse(Date.now() + request.deadlineMs);
  return { answer, replayed: false };
}
