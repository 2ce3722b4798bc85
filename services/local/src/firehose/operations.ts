import { EVALUATION_TABLES, type EvaluationTableName } from '@tristore/common/resources.ts';
import type { EmbeddedStream, StreamConfiguration } from './stream.ts';

/** An error as Firehose answers it: `__type` and a message. */
export class FirehoseError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export interface Streams {
  get(name: string): EmbeddedStream | undefined;
  names(): string[];
  create(configuration: StreamConfiguration): Promise<void>;
}

const LIMITS = { records: 500, recordBytes: 1_024_000, batchBytes: 4_194_304 };

type Input = Record<string, unknown>;

interface DestinationInput {
  BucketARN?: string;
  ErrorOutputPrefix?: string;
  DataFormatConversionConfiguration?: {
    SchemaConfiguration?: { TableName?: string };
    InputFormatConfiguration?: { Deserializer?: { OpenXJsonSerDe?: { CaseInsensitive?: boolean } } };
  };
}

const arnOf = (name: string) => `arn:aws:firehose:us-east-1:000000000000:deliverystream/${name}`;

function streamNamed(streams: Streams, input: Input): EmbeddedStream {
  const name = String(input['DeliveryStreamName']);
  const stream = streams.get(name);
  if (!stream)
    throw new FirehoseError(
      'ResourceNotFoundException',
      `Firehose ${name} under account 000000000000 not found.`,
    );
  return stream;
}

function dataOf(record: unknown): Buffer {
  const data = (record as { Data?: unknown } | undefined)?.Data;
  if (typeof data !== 'string') throw new FirehoseError('ValidationException', 'Data must not be null');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > LIMITS.recordBytes)
    throw new FirehoseError(
      'ValidationException',
      `a record holds ${bytes.length} bytes; ${LIMITS.recordBytes} is the most`,
    );
  return bytes;
}

let sequence = 0;
const recordId = () => `${Date.now()}${String(sequence++).padStart(8, '0')}`;

function configurationOf(input: Input): StreamConfiguration {
  const destination = input['ExtendedS3DestinationConfiguration'] as DestinationInput | undefined;
  const conversion = destination?.DataFormatConversionConfiguration;
  const table = conversion?.SchemaConfiguration?.TableName ?? '';
  if (!Object.hasOwn(EVALUATION_TABLES, table))
    throw new FirehoseError(
      'InvalidArgumentException',
      `the embedded Firehose converts by the tables of resources.ts; ${JSON.stringify(table)} is none`,
    );
  const name = String(input['DeliveryStreamName']);
  // it names a folder too
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$/.test(name))
    throw new FirehoseError('ValidationException', `${JSON.stringify(name)} is no delivery stream's name`);
  return {
    name,
    bucket: destination?.BucketARN?.split(':').at(-1) ?? '',
    table: table as EvaluationTableName,
    errorPrefix: (destination?.ErrorOutputPrefix ?? 'errors').split('/')[0] ?? 'errors',
    caseInsensitive:
      conversion?.InputFormatConfiguration?.Deserializer?.OpenXJsonSerDe?.CaseInsensitive ?? true,
  };
}

/** The operations that are embedded, by their names on the wire. */
export const OPERATIONS: Record<string, (streams: Streams, input: Input) => Promise<object>> = {
  async CreateDeliveryStream(streams, input) {
    const configuration = configurationOf(input);
    if (streams.get(configuration.name))
      throw new FirehoseError('ResourceInUseException', `Firehose ${configuration.name} already exists`);
    await streams.create(configuration);
    return { DeliveryStreamARN: arnOf(configuration.name) };
  },

  async DescribeDeliveryStream(streams, input) {
    const { name, bucket } = streamNamed(streams, input).configuration;
    return {
      DeliveryStreamDescription: {
        DeliveryStreamName: name,
        DeliveryStreamARN: arnOf(name),
        DeliveryStreamStatus: 'ACTIVE',
        DeliveryStreamType: 'DirectPut',
        VersionId: '1',
        HasMoreDestinations: false,
        Destinations: [
          {
            DestinationId: 'destinationId-000000000001',
            ExtendedS3DestinationDescription: { BucketARN: `arn:aws:s3:::${bucket}` },
          },
        ],
      },
    };
  },

  async ListDeliveryStreams(streams) {
    return { DeliveryStreamNames: streams.names(), HasMoreDeliveryStreams: false };
  },

  async PutRecord(streams, input) {
    await streamNamed(streams, input).append([dataOf(input['Record'])]);
    return { RecordId: recordId(), Encrypted: false };
  },

  async PutRecordBatch(streams, input) {
    const stream = streamNamed(streams, input);
    const records = Array.isArray(input['Records']) ? input['Records'].map(dataOf) : [];
    if (records.length === 0 || records.length > LIMITS.records)
      throw new FirehoseError(
        'ValidationException',
        `Records holds ${records.length} items; 1 to ${LIMITS.records} are taken`,
      );
    if (records.reduce((sum, { length }) => sum + length, 0) > LIMITS.batchBytes)
      throw new FirehoseError('InvalidArgumentException', 'Records size exceeds 4 MB limit');
    await stream.append(records);
    return {
      FailedPutCount: 0,
      Encrypted: false,
      RequestResponses: records.map(() => ({ RecordId: recordId() })),
    };
  },
};
