/** Some records in the order in which they came, and how far they reach. */
export interface RecordBatch<Mark> {
  records: readonly Uint8Array[];
  end: Mark;
}

/** Where records wait to be delivered; it hands each out once, and keeps it until it is released. */
export interface RecordSource<Mark> {
  /** Records that were not handed out yet. */
  readonly unread: number;
  /**
   * The oldest that were not handed out, at least one where there is one.
   * @returns undefined where there is none; a batch without records where something else was passed over
   */
  next(maxRecords: number, maxBytes: number): Promise<RecordBatch<Mark> | undefined>;
  /** Nothing up to `end` is needed any more: `records` since the last release. */
  release(end: Mark, records: number): Promise<void>;
}
