import { TristoreError } from '@tristore/common/errors.ts';
import { joinRows, rowsOf } from './join-tensors.ts';
import type { Predictor } from './predict.ts';
import type { NamedTensor } from './tensor.ts';

const RETRY_AFTER_SECONDS = 1;

export interface BatchLimits {
  /** Rows that one execution takes; a call with more runs alone. */
  maxRows: number;
  /** Rows that may wait for one version; the call that finds nobody waiting is taken whatever its size. */
  maxQueuedRows: number;
}

/** What one request asks of a predictor. */
export interface Call {
  inputs: readonly NamedTensor[];
  /** Names of the outputs wanted; all where it is left out. */
  outputs?: readonly string[] | undefined;
  /** On the clock of `performance.now()`: past it nobody waits for the answer. */
  deadline?: number | undefined;
}

interface Waiting extends Call {
  rows: number;
  /** Calls of the same kind may share an execution; without a kind it runs alone. */
  kind: string | undefined;
  resolve(outputs: NamedTensor[]): void;
  reject(error: unknown): void;
}

/**
 * Calls for one version that share executions. What arrives in one turn of the event loop runs at its end: a lone
 * call waits for nothing else, and while an execution blocks the thread the next calls gather in their sockets. Where
 * the backend computes beside the thread, they gather here until it is done.
 */
export class BatchQueue {
  readonly #predictor: Predictor;
  readonly #limits: BatchLimits;
  readonly #outputs: ReadonlySet<string>;
  /** Whether the rows alone tell two calls apart. */
  readonly #oneKind: boolean;
  readonly #batchable: boolean;
  #waiting: Waiting[] = [];
  #queuedRows = 0;
  #busy = false;

  /** @param batchable whether calls may share an execution at all */
  constructor(predictor: Predictor, batchable: boolean, limits: BatchLimits) {
    this.#predictor = predictor;
    this.#batchable = batchable;
    this.#limits = limits;
    this.#outputs = new Set(predictor.outputs.map(({ name }) => name));
    this.#oneKind = predictor.inputs.every(({ shape }) => !shape.slice(1).includes(-1));
  }

  /** Rows that wait. */
  get queuedRows(): number {
    return this.#queuedRows;
  }

  /**
   * @throws TristoreError overloaded, where too many rows wait; deadline_exceeded, where the call would begin too late
   * @throws whatever the predictor throws for this call; another's fault is not told to it
   */
  predict(call: Call): Promise<NamedTensor[]> {
    const rows = call.inputs[0]?.shape[0] ?? 1;
    const { maxQueuedRows } = this.#limits;
    if (this.#waiting.length && this.#queuedRows + rows > maxQueuedRows)
      return Promise.reject(
        new TristoreError(
          'overloaded',
          `${this.#queuedRows} rows wait already, of ${maxQueuedRows} that may`,
          {
            retryAfter: RETRY_AFTER_SECONDS,
          },
        ),
      );
    return new Promise((resolve, reject) => {
      const { inputs, outputs, deadline } = call;
      const kind = this.#kindOf(call, rows);
      this.#waiting.push({ inputs, outputs, deadline, rows, kind, resolve, reject });
      this.#queuedRows += rows;
      if (this.#busy) return;
      this.#busy = true;
      setImmediate(this.#run);
    });
  }

  #kindOf({ inputs, outputs }: Call, rows: number): string | undefined {
    if (!this.#batchable || inputs.some(({ shape }) => shape[0] !== rows)) return undefined;
    if (outputs?.some((name) => !this.#outputs.has(name))) return undefined;
    return this.#oneKind ? '' : inputs.map(({ shape }) => shape.slice(1).join()).join(';');
  }

  readonly #run = async (): Promise<void> => {
    const batch = this.#take(performance.now());
    if (batch.length) await this.#execute(batch);
    // not at once: those answered now and those who ask meanwhile come first
    if (this.#waiting.length) setImmediate(this.#run);
    else this.#busy = false;
  };

  /** The call that waits longest and those that may run with it, as many as fit; drops those who wait no more. */
  #take(now: number): Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    let rows = 0;
    let full = false;
    for (const call of this.#waiting) {
      if (call.deadline !== undefined && call.deadline <= now) {
        this.#queuedRows -= call.rows;
        call.reject(new TristoreError('deadline_exceeded', 'the deadline passed before the model could run'));
        continue;
      }
      const first = batch[0];
      const fits = !first || (first.kind !== undefined && first.kind === call.kind);
      if (fits && first && rows + call.rows > this.#limits.maxRows) full = true;
      if (!fits || full) {
        left.push(call);
        continue;
      }
      batch.push(call);
      rows += call.rows;
    }
    this.#waiting = left;
    this.#queuedRows -= rows;
    return batch;
  }

  async #execute(batch: readonly Waiting[]): Promise<void> {
    const [first, second] = batch;
    if (!first) return;
    try {
      if (second) await this.#executeTogether(batch);
      else first.resolve(await this.#predictor.predict(first.inputs, first.outputs));
    } catch (error) {
      if (!second) first.reject(error);
      // whose fault it was shows when each runs alone
      else for (const call of batch) await this.#execute([call]);
    }
  }

  async #executeTogether(batch: readonly Waiting[]): Promise<void> {
    const wanted = batch.some(({ outputs }) => !outputs)
      ? undefined
      : [...new Set(batch.flatMap(({ outputs = [] }) => outputs))];
    const answers = await this.#predictor.predict(joinRows(batch.map(({ inputs }) => inputs)), wanted);
    const rows = batch.reduce((sum, call) => sum + call.rows, 0);
    for (const { name, shape } of answers)
      if (shape[0] !== rows) throw new Error(`output "${name}" has ${shape[0]} rows, not ${rows}`);
    let start = 0;
    for (const call of batch) {
      const own = call.outputs
        ? call.outputs.map((name) => answers.find((answer) => answer.name === name) as NamedTensor)
        : answers;
      const from = start;
      call.resolve(own.map((answer) => rowsOf(answer, from, call.rows)));
      start += call.rows;
    }
  }
}
