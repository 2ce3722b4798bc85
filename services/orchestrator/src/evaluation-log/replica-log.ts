import type { OutcomeRecord } from '@tristore/common/contracts/outcome.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import type { Logger } from 'pino';
import type { AppendOptions, EvaluationLog, LogBacklog, LogCounts } from './evaluation-log.ts';
import { NO_COUNTS, sumBacklogs, sumCounts } from './log-figures.ts';
import { rescueSegments, rescueSetAside } from './rescue/rescue-spool.ts';
import type { RescueStore } from './rescue/rescue-store.ts';
import { claimAbandoned, claimOwn, makeOwn, type SpoolFolder } from './spool-folder.ts';
import { leaveFolder } from './undelivered.ts';

/** How often a replica looks for folders that dead ones left. */
const LOOK_MS = 10_000;
/** What a rescue at the end may take. */
const RESCUE_MS = 10_000;

export interface ReplicaLogOptions {
  /** Shared by all replicas on the same volume; each has a folder of its own below it. */
  root: string;
  /** Opens the replica's own log, whatever its acknowledgement; without it, it is a spool too. */
  openOwn?(folder: string): EvaluationLog;
  /** Opens the spool of one folder, which delivers what it finds there. */
  openSpool(folder: string): EvaluationLog;
  /** Where that which is undelivered at the end goes; without it it stays on this disk. */
  rescue?: RescueStore;
  log: Pick<Logger, 'warn' | 'info' | 'error'>;
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
  /** Of adopted logs that were closed. */
  #past: LogCounts = NO_COUNTS;
  #looking: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  private constructor(options: ReplicaLogOptions, folder: SpoolFolder) {
    this.#options = options;
    this.#own = { folder, log: (options.openOwn ?? options.openSpool)(folder.path) };
    this.#timer = setInterval(() => this.#look(), options.lookMs ?? LOOK_MS);
    this.#look();
  }

  static async open(options: ReplicaLogOptions): Promise<ReplicaLog> {
    // only a spool goes on with what is in its folder
    return new ReplicaLog(options, await (options.openOwn ? makeOwn(options.root) : claimOwn(options.root)));
  }

  appendPrediction(record: PredictionRecord, options?: AppendOptions): Promise<void> {
    return this.#own.log.appendPrediction(record, options);
  }

  appendOutcomes(records: readonly OutcomeRecord[], options?: AppendOptions): Promise<void> {
    return this.#own.log.appendOutcomes(records, options);
  }

  backlog(): LogBacklog {
    return sumBacklogs(this.#all.map(({ log }) => log.backlog()));
  }

  counts(): LogCounts {
    return sumCounts([this.#past, ...this.#all.map(({ log }) => log.counts())]);
  }

  /** Closed twice, it is closed once. */
  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(this.#all.map(({ log }) => log.close(graceMs)));
    await this.#rescue();
    await Promise.all(this.#all.map(({ folder }) => leaveFolder(folder)));
  }

  get #all(): Held[] {
    return [this.#own, ...this.#adopted];
  }

  async #rescue(): Promise<void> {
    const { root, rescue: store, log } = this.#options;
    if (!store) return;
    const signal = AbortSignal.timeout(RESCUE_MS);
    try {
      for (const { folder } of this.#all) {
        const { segments, bytes } = await rescueSegments(folder.path, store, signal);
        if (segments) log.warn({ folder: folder.path, segments, bytes }, 'undelivered records were rescued');
      }
      const files = await rescueSetAside(root, store, signal);
      if (files) log.warn({ files }, 'what was set aside was rescued');
    } catch (err) {
      log.error({ err, root }, 'what was not delivered stays on this disk: it cannot be rescued');
    }
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
      this.#past = sumCounts([this.#past, held.log.counts()]);
      this.#adopted.delete(held);
      await held.folder.remove();
    }
    for (const folder of await claimAbandoned(this.#options.root)) {
      this.#options.log.info({ folder: folder.path }, 'adopted the spool of a dead replica');
      this.#adopted.add({ folder, log: this.#options.openSpool(folder.path) });
    }
  }
}
