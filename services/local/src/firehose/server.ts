import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Fastify from 'fastify';
import { type Listening, listenOnLoopback } from '../loopback.ts';
import type { FolderObjects } from '../s3/folder-objects.ts';
import { FirehoseError, OPERATIONS, type Streams } from './operations.ts';
import { EmbeddedStream, type StreamConfiguration } from './stream.ts';

const TARGET = /^Firehose_20150804\.(\w+)$/;
const BODY_LIMIT = 8 * 1_048_576;

export interface FirehoseOptions {
  folder: string;
  objects: FolderObjects;
  bufferMs: number;
}

export interface EmbeddedFirehose extends Listening {
  /** Delivers all that waits in every stream. */
  flush(): Promise<void>;
}

type OpenStreams = Streams & { flush(): Promise<void>; stop(): Promise<void> };

async function openStreams(options: FirehoseOptions): Promise<OpenStreams> {
  const file = join(options.folder, 'streams.json');
  await mkdir(options.folder, { recursive: true });
  const kept = await readFile(file, 'utf8').catch(() => '[]');
  const open = (configuration: StreamConfiguration) => new EmbeddedStream(configuration, options);
  const streams = new Map((JSON.parse(kept) as StreamConfiguration[]).map((kept) => [kept.name, open(kept)]));
  await Promise.all([...streams.values()].map((stream) => stream.resume()));
  return {
    get: (name) => streams.get(name),
    names: () => [...streams.keys()].sort(),
    async create(configuration) {
      streams.set(configuration.name, open(configuration));
      await writeFile(
        `${file}.tmp`,
        JSON.stringify(
          [...streams.values()].map((stream) => stream.configuration),
          null,
          2,
        ),
      );
      await rename(`${file}.tmp`, file);
    },
    async flush() {
      await Promise.all([...streams.values()].map((stream) => stream.flush()));
    },
    async stop() {
      await Promise.all([...streams.values()].map((stream) => stream.stop()));
    },
  };
}

/** Firehose's JSON 1.1 protocol; a put is answered when its records are on disk. */
export async function startFirehose(options: FirehoseOptions): Promise<EmbeddedFirehose> {
  const streams = await openStreams(options);
  const app = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  // what Fastify itself refuses is a body beyond its limit, which is beyond Firehose's too
  app.setErrorHandler<Error>((error, _request, reply) =>
    reply
      .status(400)
      .type('application/x-amz-json-1.1')
      .send(JSON.stringify({ __type: 'InvalidArgumentException', message: error.message })),
  );
  app.post('/', async (request, reply) => {
    reply.type('application/x-amz-json-1.1');
    const name = TARGET.exec(String(request.headers['x-amz-target']))?.[1] ?? '';
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    try {
      if (!operation) throw new FirehoseError('UnknownOperationException', `${name} is not embedded`);
      return JSON.stringify(await operation(streams, JSON.parse(String(request.body))));
    } catch (error) {
      const { message } = error as Error;
      const known = error instanceof FirehoseError;
      reply.status(known ? 400 : 500);
      return JSON.stringify({ __type: known ? error.type : 'ServiceUnavailableException', message });
    }
  });
  await app.ready();
  return {
    endpoint: await listenOnLoopback(app.server),
    flush: streams.flush,
    async close() {
      await app.close();
      await streams.stop();
    },
  };
}
