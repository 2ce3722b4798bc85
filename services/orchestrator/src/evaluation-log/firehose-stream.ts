import { type FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import type { Outcome } from '../coalescing/coalescer.ts';
import { halving } from '../coalescing/halving.ts';
import type { DeliveryStream } from './delivery-stream.ts';

const TIMEOUT_MS = 10_000;
/** After so many refusals with nothing taken, some records are tried alone, to see whether the stream takes any. */
const REFUSALS = 16;
const PROBES = 8;

const TAKEN: Outcome<void> = { result: undefined };

const isRefusal = (error: unknown) =>
  error instanceof Error && ['ValidationException', 'InvalidArgumentException'].includes(error.name);

/** One Firehose stream. A batch that it refuses as a whole is asked again in halves, until the records at fault show. */
export class FirehoseStream implements DeliveryStream {
  readonly #client: FirehoseClient;
  readonly #name: string;

  constructor(client: FirehoseClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  put(records: readonly Uint8Array[], signal: AbortSignal): Promise<readonly Outcome<void>[]> {
    let refusals = 0;
    let taken = false;
    let hopeless = false;
    const call = async (some: readonly Uint8Array[], until: AbortSignal) => {
      try {
        const outcomes = await this.#putBatch(some, until);
        taken ||= outcomes.includes(TAKEN);
        return outcomes;
      } catch (error) {
        if (isRefusal(error) && !taken && ++refusals === REFUSALS)
          hopeless = !(await this.#takesAny(records, until));
        throw error;
      }
    };
    return halving(call, (error) => isRefusal(error) && !hopeless)(records, signal);
  }

  /** Tries a few, evenly spread: what is taken here is delivered twice. */
  async #takesAny(records: readonly Uint8Array[], signal: AbortSignal): Promise<boolean> {
    for (let probe = 1; probe <= PROBES; probe++) {
      const record = records[Math.ceil((records.length * probe) / PROBES) - 1] as Uint8Array;
      try {
        const [outcome] = await this.#putBatch([record], signal);
        if (outcome === TAKEN) return true;
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
    return false;
  }

  async #putBatch(records: readonly Uint8Array[], signal: AbortSignal): Promise<readonly Outcome<void>[]> {
    const command = new PutRecordBatchCommand({
      DeliveryStreamName: this.#name,
      Records: records.map((Data) => ({ Data })),
    });
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const answer = await this.#client.send(command, { abortSignal });
    // a 200 can hold failures
    if (!answer.FailedPutCount) return records.map(() => TAKEN);
    return records.map((_, i) => (answer.RequestResponses?.[i]?.ErrorCode ? 'again' : TAKEN));
  }
}
