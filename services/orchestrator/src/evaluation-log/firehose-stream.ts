import { type FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import type { DeliveryStream } from './delivery-stream.ts';

const TIMEOUT_MS = 10_000;

/** One Firehose stream. A batch holds at most 500 records and 4 MB; a 200 can hold failures, returned here. */
export class FirehoseStream implements DeliveryStream {
  readonly #client: FirehoseClient;
  readonly #name: string;

  constructor(client: FirehoseClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  async put(records: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const command = new PutRecordBatchCommand({
      DeliveryStreamName: this.#name,
      Records: records.map((Data) => ({ Data })),
    });
    const answer = await this.#client.send(command, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.FailedPutCount) return [];
    return records.filter((_, i) => answer.RequestResponses?.[i]?.ErrorCode);
  }
}
