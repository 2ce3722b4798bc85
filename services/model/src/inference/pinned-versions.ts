/** A version is kept for this long after the last call that named it. */
const KEPT_MS = 600_000;

/** Versions that callers named by their number: the latest few are kept loaded, for a while. */
export class PinnedVersions {
  readonly #limit: number;
  /** When each was named, the latest last. */
  readonly #namedAt = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  pin(version: string): void {
    this.#namedAt.delete(version);
    this.#namedAt.set(version, Date.now());
  }

  /** Those to be kept beside the ones that are kept anyhow; the rest is forgotten. */
  latest(anyhow: ReadonlySet<string>): string[] {
    const oldest = Date.now() - KEPT_MS;
    for (const [version, at] of this.#namedAt) if (at < oldest) this.#namedAt.delete(version);
    const beside = [...this.#namedAt.keys()].filter((version) => !anyhow.has(version));
    for (const version of beside.slice(0, -this.#limit)) this.#namedAt.delete(version);
    return beside.slice(-this.#limit);
  }
}
