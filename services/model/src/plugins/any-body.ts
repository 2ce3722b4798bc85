import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { JSON_LENGTH_HEADER } from '@tristore/common/contracts/open-inference.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyRequest {
    /** What follows the JSON of the body: binary tensors. */
    binaryTail: Uint8Array | null;
  }
}

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflate) };

async function decompress(request: FastifyRequest, body: Buffer, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate')
    throw new TristoreError('unsupported_media_type', `content-encoding ${encoding} is not known`);
  try {
    return await decoders[encoding](body, { maxOutputLength: limit });
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

/**
 * Takes bodies as clients of both protocols send them: JSON under any content type or none, compressed or not, with
 * binary tensors behind it, which go to `request.binaryTail`.
 */
export const anyBody = fp(
  async (app: FastifyInstance, { limit }: { limit: number }) => {
    app.decorateRequest('binaryTail', null);
    app.addHook('onRequest', async ({ raw }) => {
      // the protocols give it no meaning, and Fastify would refuse a malformed one
      if (raw.headers['content-type']) raw.headers['content-type'] = 'application/octet-stream';
    });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: limit },
      async (request: FastifyRequest, raw: Buffer) => {
        const body = await decompress(request, raw, limit);
        const length = jsonLength(request, body);
        request.binaryTail = body.subarray(length);
        try {
          return JSON.parse(body.toString('utf8', 0, length));
        } catch (error) {
          throw new TristoreError('invalid_request', `the body is not JSON (${(error as Error).message})`);
        }
      },
    );
  },
  { name: 'any-body' },
);
