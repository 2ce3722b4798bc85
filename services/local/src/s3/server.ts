import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Listening, listenOnLoopback } from '../loopback.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { etagOf, type FolderObjects } from './folder-objects.ts';
import { listObjects } from './list-objects.ts';
import { parseXml, xml } from './xml.ts';

const BODY_LIMIT = 256 * 1_048_576;

interface Call {
  objects: FolderObjects;
  bucket: string;
  key: string;
  query: URLSearchParams;
  request: FastifyRequest;
  reply: FastifyReply;
}

const fail = (reply: FastifyReply, status: number, code: string, message: string) =>
  reply
    .status(status)
    .type('application/xml')
    .send(xml('Error', { Code: code, Message: message }));

const answerXml = (reply: FastifyReply, root: string, content: object) =>
  reply.type('application/xml').send(xml(root, content));

/** The bytes that a request carries, out of their `aws-chunked` frame where they are in one. */
function contentOf({ body, headers }: FastifyRequest): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const framed =
    headers['content-encoding']?.includes('aws-chunked') ||
    String(headers['x-amz-content-sha256']).startsWith('STREAMING-');
  return framed ? decodeAwsChunked(bytes) : bytes;
}

async function onBucket({ objects, bucket, query, request, reply }: Call) {
  if (request.method === 'PUT') {
    await objects.createBucket(bucket);
    return reply.header('location', `/${bucket}`).send();
  }
  if (!(await objects.hasBucket(bucket)))
    return fail(reply, 404, 'NoSuchBucket', 'The specified bucket does not exist');
  if (request.method === 'HEAD') return reply.send();
  if (request.method === 'POST' && query.has('delete')) {
    const parsed = parseXml(contentOf(request).toString('utf8')) as {
      Delete?: { Object?: { Key: string }[] };
    };
    const keys = (parsed.Delete?.Object ?? []).map(({ Key }) => Key);
    for (const key of keys) await objects.delete(bucket, key);
    return answerXml(reply, 'DeleteResult', { Deleted: keys.map((Key) => ({ Key })) });
  }
  if (request.method !== 'GET') return fail(reply, 501, 'NotImplemented', `${request.method} on a bucket`);
  if (query.has('location')) return answerXml(reply, 'LocationConstraint', {});
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const page = listObjects(await objects.list(bucket, prefix), {
    bucket,
    prefix,
    delimiter: query.get('delimiter') ?? '',
    startAfter: token ? Buffer.from(token, 'base64url').toString('utf8') : (query.get('start-after') ?? ''),
    maxKeys: Math.min(Number(query.get('max-keys') ?? 1000), 1000),
  });
  return reply.type('application/xml').send(page);
}

async function onObject(call: Call) {
  const { objects, bucket, key, query, request, reply } = call;
  if (!(await objects.hasBucket(bucket)))
    return fail(reply, 404, 'NoSuchBucket', 'The specified bucket does not exist');
  if (query.has('uploads') || query.has('uploadId') || request.headers['x-amz-copy-source'])
    return fail(reply, 501, 'NotImplemented', 'multipart uploads and copies are not embedded');
  switch (request.method) {
    case 'PUT': {
      const body = contentOf(request);
      const onlyNew = request.headers['if-none-match'] === '*';
      if (await objects.put(bucket, key, body, onlyNew)) return reply.header('etag', etagOf(body)).send();
      return fail(reply, 412, 'PreconditionFailed', 'At least one of the preconditions did not hold');
    }
    case 'DELETE':
      await objects.delete(bucket, key);
      return reply.status(204).send();
    case 'GET':
    case 'HEAD':
      return sendObject(call);
    default:
      return fail(reply, 501, 'NotImplemented', `${request.method} on an object`);
  }
}

async function sendObject({ objects, bucket, key, request, reply }: Call) {
  const found = await objects.get(bucket, key);
  if (!found) return fail(reply, 404, 'NoSuchKey', 'The specified key does not exist.');
  const { body, modified } = found;
  reply.headers({
    etag: etagOf(body),
    'last-modified': modified.toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
  });
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) return reply.send(body);
  const suffix = range[1] === '';
  const first = suffix ? Math.max(body.length - Number(range[2]), 0) : Number(range[1]);
  const last = suffix || range[2] === '' ? body.length - 1 : Math.min(Number(range[2]), body.length - 1);
  if (first > last) return fail(reply, 416, 'InvalidRange', 'The requested range is not satisfiable');
  reply.status(206).header('content-range', `bytes ${first}-${last}/${body.length}`);
  return reply.send(body.subarray(first, last + 1));
}

/** S3's REST protocol, path style, over a folder; a PUT is answered when the data is on disk. */
export async function startS3(objects: FolderObjects): Promise<Listening> {
  const app = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true, exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler<Error>((error, _request, reply) => {
    const bad = error instanceof RangeError;
    return fail(reply, bad ? 400 : 500, bad ? 'InvalidArgument' : 'InternalError', error.message);
  });
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
    url: '/*',
    handler: async (request, reply) => {
      // not by URL(), which resolves '..' and so would lead a key out of its bucket
      const [path = '', ...search] = (request.raw.url ?? '/').split('?');
      const [bucket = '', ...rest] = path.slice(1).split('/').map(decodeURIComponent);
      const query = new URLSearchParams(search.join('?'));
      const call = { objects, bucket, key: rest.join('/'), query, request, reply };
      if (!bucket)
        return answerXml(reply, 'ListAllMyBucketsResult', {
          Buckets: {
            Bucket: (await objects.buckets()).map((Name) => ({
              Name,
              CreationDate: new Date(0).toISOString(),
            })),
          },
        });
      return call.key ? onObject(call) : onBucket(call);
    },
  });
  await app.ready();
  return { endpoint: await listenOnLoopback(app.server), close: () => app.close() };
}
