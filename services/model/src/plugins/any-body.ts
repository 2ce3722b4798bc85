import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { JSON_LENGTH_HEADER } from '@tristore/common/contracts/open-inference.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyRequest {
    /** What follows the JSON of the body: binary tensors. */
    binaryTail: Uint8Array | null;
    /** The JSON of the body, where its protocol tells numbers by how they are written. */
    jsonText: string | null;
  }
}

/** The body of a request that says that its JSON has no bytes: all of it is in `binaryTail`. */
export const RAW_BODY: unique symbol = Symbol('raw body');

/** zlib's format, as the standard has it, or without its header, as some clients do. */
const isZlib = (body: Buffer) =>
  ((body[0] ?? 0) & 15) === 8 && body.length > 1 && body.readUInt16BE(0) % 31 === 0;
const decoders = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  raw: promisify(inflateRaw),
};

async function decompress(encoding: string, body: Buffer, limit: number): Promise<Buffer> {
  if (encoding !== 'gzip' && encoding !== 'x-gzip' && encoding !== 'deflate')
    throw new TristoreError('unsupported_media_type', `content-encoding ${encoding} is not known`);
  const decode = encoding === 'deflate' ? (isZlib(body) ? decoders.deflate : decoders.raw) : decoders.gzip;
  try {
    return await decode(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new TristoreError('payload_too_large', `the body is larger than ${limit} bytes`);
    throw new TristoreError('invalid_request', `the body is not ${encoding} (${(error as Error).message})`);
  }
}

/** Length of the JSON part. */
function jsonLength(request: FastifyRequest, body: Buffer): number {
  const header = request.headers[JSON_LENGTH_HEADER];
  if (header === undefined) return body.length;
  const length = Number(header);
  if (!/^\d+$/.test(String(header)) || length > body.length)
    throw new TristoreError(
      'invalid_request',
      `${JSON_LENGTH_HEADER} is ${header}, but the body has ${body.length} bytes`,
    );
  return length;
}

export interface BodyOptions {
  /** Bytes, also of what a compressed body becomes. */
  limit: number;
  /** Whether the protocol puts binary tensors behind the JSON; else the header that tells its length means nothing. */
  tensors: boolean;
  /** @throws SyntaxError */
  parse: (text: string, request: FastifyRequest) => unknown;
}

type Done = (error: Error | null, body?: unknown) => void;

/** Cuts the JSON off the bytes behind it, and parses it. */
function readInto(done: Done, request: FastifyRequest, body: Buffer, options: BodyOptions): void {
  const { parse, tensors } = options;
  try {
    const length = tensors ? jsonLength(request, body) : body.length;
    request.binaryTail = length === body.length ? null : body.subarray(length);
    const raw = tensors && length === 0 && request.headers[JSON_LENGTH_HEADER] !== undefined;
    done(null, raw ? RAW_BODY : parse(body.toString('utf8', 0, length), request));
  } catch (error) {
    const isSyntax = error instanceof SyntaxError;
    done(
      isSyntax
        ? new TristoreError('invalid_request', `the body is not JSON (${error.message})`)
        : (error as Error),
    );
  }
}

/** Every body of the routes of `app` and below is read in this way, whatever its content type says. */
export function readAnyBody(app: FastifyInstance, options: BodyOptions): void {
  const { limit } = options;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: limit },
    (request: FastifyRequest, raw: Buffer, done) => {
      const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
      // a body that is not compressed is read without a promise: it is on the path of every prediction
      if (encoding === 'identity') readInto(done, request, raw, options);
      else decompress(encoding, raw, limit).then((body) => readInto(done, request, body, options), done);
    },
  );
}

/**
 * Takes bodies as clients of both protocols send them: JSON under any content type or none, compressed or not, with
 * binary tensors behind it, which go to `request.binaryTail`.
 */
export const anyBody = fp(
  async (app: FastifyInstance, { limit }: { limit: number }) => {
    app.decorateRequest('binaryTail', null);
    app.decorateRequest('jsonText', null);
    app.addHook('onRequest', ({ raw }, _reply, done) => {
      // the protocols give it no meaning, and Fastify would read it, and refuse a malformed one
      raw.headers['content-type'] = undefined;
      done();
    });
    readAnyBody(app, { limit, tensors: true, parse: (text) => JSON.parse(text) });
  },
  { name: 'any-body' },
);
