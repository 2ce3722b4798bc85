import type { OutcomeRecord } from '@tristore/common/contracts/outcome.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import type { Logger } from 'pino';
import type { EvaluationLog } from './evaluation-log.ts';
import { claimAbandoned, claimOwn, type SpoolFolder } from './spool-folder.ts';

/** How often a replica looks for folders that dead ones left. */
const LOOK_MS = 10_000;

export interface ReplicaLogOptions {
  /** Shared by all replicas on the same volume; each has a folder of its own below it. */
  root: string;
  /** Opens the log of one folder, which delivers what it finds there. */
  openLog(folder: string): EvaluationLog;
  log: Pick<Logger, 'warn' | 'info'>;
  lookMs?: number;
}

interface Held {
  folder: SpoolFolder;
  log: EvaluationLog;
}

/** The log of one replica: it writes to a folder of its own, and hands on what dead replicas left in theirs. */
export class ReplicaLog implements EvaluationLog {
  readonly #options: ReplicaLogOptions;
  readonly #own: Held;
  readonly #adopted = new Set<Held>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;

  private constructor(options: ReplicaLogOptions, folder: SpoolFolder) {
    this.#options = options;
    this.#own = { folder, log: options.openLog(folder.path) };
    this.#timer = setInterval(() => this.#look(), options.lookMs ?? LOOK_MS);
    this.#look();
  }

  static async open(options: ReplicaLogOptions): Promise<ReplicaLog> {
    return new ReplicaLog(options, await claimOwn(options.root));
  }

  appendPrediction(record: PredictionRecord): Promise<void> {
    return this.#own.log.appendPrediction(record);
  }

  appendOutcomes(records: readonly OutcomeRecord[]): Promise<void> {
    return this.#own.log.appendOutcomes(records);
  }

  backlog(): { bytes: number; failing_since: string | null } {
    const all = this.#all.map(({ log }) => log.backlog());
    return {
      bytes: all.reduce((total, { bytes }) => total + bytes, 0),
      failing_since: all.flatMap(({ failing_since }) => failing_since ?? []).sort()[0] ?? null,
    };
  }

  async close(graceMs: number): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(
      this.#all.map(async ({ folder, log }) => {
        await log.close(graceMs);
        await folder.release();
      }),
    );
  }

  get #all(): Held[] {
    return [this.#own, ...this.#adopted];
  }

  #look(): void {
    this.#looking ??= this.#adopt()
      .catch((err: unknown) => this.#options.log.warn({ err }, 'folders of dead replicas cannot be adopted'))
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #adopt(): Promise<void> {
    for (const held of this.#adopted) {
      if (held.log.backlog().bytes > 0) continue;
      await held.log.close(0);
      await held.folder.remove();
      this.#adopted.delete(held);
    }
    for (const folder of await claimAbandoned(this.#options.root)) {
      this.#options.log.info({ folder: folder.path }, 'adopted the spool of a dead replica');
      this.#adopted.add({ folder, log: this.#options.openLog(folder.path) });
    }
  }
}
