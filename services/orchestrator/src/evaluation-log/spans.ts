/** One batch that a source handed out. */
export interface Span<Mark> {
  end: Mark;
  records: number;
  /** Records of it that are neither delivered nor set aside. */
  open: number;
}

/** Which batches are done, so that their source may forget them: in their order, as far as none before is open. */
export class Spans<Mark> {
  readonly #release: (end: Mark, records: number) => Promise<void>;
  #spans: Span<Mark>[] = [];

  constructor(release: (end: Mark, records: number) => Promise<void>) {
    this.#release = release;
  }

  open(end: Mark, records: number): Span<Mark> {
    const span = { end, records, open: records };
    this.#spans.push(span);
    return span;
  }

  /** Releases what is done from the front on. */
  async release(): Promise<void> {
    const kept: Span<Mark>[] = [];
    let done: Span<Mark> | undefined;
    for (const span of this.#spans) {
      const before = kept.at(-1) ?? done;
      // one that is done behind an open one is released with it
      if (span.open === 0 && before) {
        before.end = span.end;
        before.records += span.records;
      } else if (span.open === 0) done = span;
      else kept.push(span);
    }
    this.#spans = kept;
    if (done) await this.#release(done.end, done.records);
  }
}
