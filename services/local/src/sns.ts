import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Fastify from 'fastify';
import { type Listening, listenOnLoopback } from './loopback.ts';
import { xml } from './s3/xml.ts';

const ACCOUNT = '000000000000';
const arnOf = (topic: string) => `arn:aws:sns:us-east-1:${ACCOUNT}:${topic}`;

/** SNS' query protocol: topics, and what was published to each as a line of `<folder>/<topic>.ndjson`. */
export async function startSns({ folder }: { folder: string }): Promise<Listening> {
  await mkdir(folder, { recursive: true });
  const fileOf = (topic: string) => join(folder, `${topic}.ndjson`);
  const topics = async () =>
    (await readdir(folder)).filter((f) => f.endsWith('.ndjson')).map((f) => f.slice(0, -7));

  const actions: Record<string, (input: URLSearchParams) => Promise<object>> = {
    async CreateTopic(input) {
      const topic = input.get('Name') ?? '';
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(topic)) throw new RangeError('Invalid parameter: Topic Name');
      await writeFile(fileOf(topic), '', { flag: 'a' });
      return { TopicArn: arnOf(topic) };
    },
    async ListTopics() {
      return { Topics: { member: (await topics()).sort().map((topic) => ({ TopicArn: arnOf(topic) })) } };
    },
    async Publish(input) {
      const topic = input.get('TopicArn')?.split(':').at(-1) ?? '';
      if (!(await topics()).includes(topic)) throw new RangeError('Topic does not exist');
      const MessageId = randomUUID();
      const message = {
        MessageId,
        at: new Date().toISOString(),
        subject: input.get('Subject'),
        message: input.get('Message'),
      };
      await appendFile(fileOf(topic), `${JSON.stringify(message)}\n`, { flush: true });
      return { MessageId };
    },
  };

  const app = Fastify({ forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/', async (request, reply) => {
    const input = new URLSearchParams(String(request.body));
    const action = input.get('Action') ?? '';
    reply.type('text/xml');
    const fail = (status: number, Code: string, Message: string) =>
      reply
        .status(status)
        .send(xml('ErrorResponse', { Error: { Type: 'Sender', Code, Message }, RequestId: request.id }));
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (!run) return fail(400, 'InvalidAction', `${action} is not embedded`);
    try {
      const result = { [`${action}Result`]: await run(input), ResponseMetadata: { RequestId: request.id } };
      return xml(`${action}Response`, result);
    } catch (error) {
      const { message } = error as Error;
      return message === 'Topic does not exist'
        ? fail(404, 'NotFound', message)
        : fail(400, 'InvalidParameter', message);
    }
  });
  await app.ready();
  return { endpoint: await listenOnLoopback(app.server), close: () => app.close() };
}
