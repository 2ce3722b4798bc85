import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Claim, Claimed, IdempotencyStore } from './idempotency-store.ts';

/** Milliseconds that the bookkeeping after the work may take. */
const AFTERWARDS_MS = 1_000;

const compress = promisify(gzip);

type Item = Record<string, AttributeValue>;
const keyOf = ({ key }: Claim) => ({ pk: { S: `idempotency#${key}` } });

const isRefused = (error: unknown): error is ConditionalCheckFailedException =>
  error instanceof ConditionalCheckFailedException;

/**
 * Keys in the table `state`, one item each, gone by time-to-live. A first request costs two writes, one that is sent
 * again a write that is refused. Answers are compressed: a thousand predictions would not fit into an item.
 */
export class DynamoDbIdempotencyStore implements IdempotencyStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async claim(claim: Claim, signal: AbortSignal): Promise<Claimed> {
    const earlier = await this.#claimUnused(claim, signal);
    if (!earlier) return { outcome: 'granted', eventId: claim.eventId };
    // the SDK may have asked twice
    if (earlier['claim_id']?.S === claim.id) return { outcome: 'granted', eventId: claim.eventId };
    if (earlier['fingerprint']?.S !== claim.fingerprint) return { outcome: 'reused' };
    const answer = earlier['answer']?.B;
    if (answer) return { outcome: 'answered', answer: gunzipSync(answer).toString('utf8') };
    const leasedUntil = Number(earlier['leased_until']?.N);
    if (leasedUntil > Date.now() || !(await this.#takeOver(claim, earlier, signal)))
      return { outcome: 'running', leasedUntil };
    return { outcome: 'granted', eventId: earlier['event_id']?.S ?? claim.eventId };
  }

  async keep(claim: Claim, answer: string): Promise<boolean> {
    const compressed = await compress(answer);
    return this.#update(
      claim,
      {
        UpdateExpression: 'SET answer = :answer',
        ConditionExpression: 'claim_id = :mine',
        ExpressionAttributeValues: { ':mine': { S: claim.id }, ':answer': { B: compressed } },
      },
      AbortSignal.timeout(AFTERWARDS_MS),
    );
  }

  async yield(claim: Claim): Promise<void> {
    await this.#update(
      claim,
      {
        UpdateExpression: 'SET leased_until = :now',
        ConditionExpression: 'claim_id = :mine',
        ExpressionAttributeValues: { ':mine': { S: claim.id }, ':now': { N: '0' } },
      },
      AbortSignal.timeout(AFTERWARDS_MS),
    );
  }

  async forget(claim: Claim): Promise<void> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: keyOf(claim),
      ConditionExpression: 'claim_id = :mine',
      ExpressionAttributeValues: { ':mine': { S: claim.id } },
    });
    await this.#client
      .send(command, { abortSignal: AbortSignal.timeout(AFTERWARDS_MS) })
      .catch((error: unknown) => {
        if (!isRefused(error)) throw error;
      });
  }

  /** @returns the item of an earlier claim, where there is one */
  async #claimUnused(claim: Claim, signal: AbortSignal): Promise<Item | undefined> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        ...keyOf(claim),
        claim_id: { S: claim.id },
        fingerprint: { S: claim.fingerprint },
        event_id: { S: claim.eventId },
        leased_until: { N: String(claim.leasedUntil) },
        expires_at: { N: String(Math.ceil(claim.keptUntil / 1000)) },
      },
      // DynamoDB deletes an expired item up to two days late
      ConditionExpression: 'attribute_not_exists(pk) OR expires_at <= :now',
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1000)) } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await this.#client.send(command, { abortSignal: signal });
      return undefined;
    } catch (error) {
      if (!isRefused(error)) throw error;
      // emulators do not all return the item; one that has gone meanwhile is asked for in vain
      return error.Item ?? (await this.#read(claim, signal)) ?? this.#claimUnused(claim, signal);
    }
  }

  async #takeOver(claim: Claim, earlier: Item, signal: AbortSignal): Promise<boolean> {
    return this.#update(
      claim,
      {
        UpdateExpression: 'SET claim_id = :mine, leased_until = :until',
        // the SDK may ask twice
        ConditionExpression: 'claim_id IN (:theirs, :mine) AND attribute_not_exists(answer)',
        ExpressionAttributeValues: {
          ':mine': { S: claim.id },
          ':theirs': earlier['claim_id'] ?? { S: '' },
          ':until': { N: String(claim.leasedUntil) },
        },
      },
      signal,
    );
  }

  async #read(claim: Claim, signal: AbortSignal): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: keyOf(claim), ConsistentRead: true });
    return (await this.#client.send(command, { abortSignal: signal })).Item;
  }

  /** @returns false where the condition does not hold */
  async #update(
    claim: Claim,
    change: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
    abortSignal: AbortSignal,
  ): Promise<boolean> {
    try {
      await this.#client.send(
        new UpdateItemCommand({ TableName: this.#table, Key: keyOf(claim), ...change }),
        {
          abortSignal,
        },
      );
      return true;
    } catch (error) {
      if (isRefused(error)) return false;
      throw error;
    }
  }
}
