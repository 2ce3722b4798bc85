/** One caller's wish to do the work behind a key. */
export interface Claim {
  /** Caller and key, as a hash. */
  key: string;
  /** What was asked: another request under the same key has another one. */
  fingerprint: string;
  /** The event that the work makes, unless an earlier try under this key has named one. */
  eventId: string;
  /** Tells this try from all others. */
  id: string;
  /** Milliseconds since 1970: until then nobody else does the work. */
  leasedUntil: number;
  /** Milliseconds since 1970: until then the key is kept. */
  keptUntil: number;
}

/** What became of a claim. */
export type Claimed =
  | { outcome: 'granted'; eventId: string }
  | { outcome: 'answered'; answer: string }
  | { outcome: 'running'; leasedUntil: number }
  | { outcome: 'reused' };

/** Idempotency keys and their answers, the same for every replica. All throw where the store does not answer. */
export interface IdempotencyStore {
  /** Of many at once, one is granted; after its lease, the next one is, with the same event id. */
  claim(claim: Claim, signal: AbortSignal): Promise<Claimed>;
  /** Keeps the answer for whoever asks again. @returns false where the lease was over and somebody else has it */
  keep(claim: Claim, answer: string): Promise<boolean>;
  /** Ends the lease without an answer: the next try makes the same event. */
  yield(claim: Claim): Promise<void>;
  /** Takes the key back, as if it had never been claimed. */
  forget(claim: Claim): Promise<void>;
}
