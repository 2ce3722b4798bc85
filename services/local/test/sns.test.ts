import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTopicCommand, ListTopicsCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { start } from './started.ts';

const ALARMS = 'arn:aws:sns:us-east-1:000000000000:tristore-alarms';
const linesOf = (dataDir: string, topic: string) =>
  readFileSync(join(dataDir, 'sns', `${topic}.ndjson`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

t.test('what is published is a line of the topic, also over a restart', async (t) => {
  const dataDir = testFolder(t);
  const first = await start(t, dataDir);
  const Message = 'drift & <more> of "PAY_0" +1 = 2\nsecond line ü';
  const { MessageId } = await first.clients.sns.send(
    new PublishCommand({ TopicArn: ALARMS, Subject: 'alarm', Message }),
  );
  await first.close();

  const second = await start(t, dataDir);
  await second.clients.sns.send(new PublishCommand({ TopicArn: ALARMS, Message: 'later' }));
  t.match(linesOf(dataDir, 'tristore-alarms'), [
    { MessageId, subject: 'alarm', message: Message, at: /^\d{4}-\d\d-\d\dT/ },
    { subject: null, message: 'later' },
  ]);
});

t.test('topics are made twice without harm, listed, and have a name to the rules', async (t) => {
  const { clients } = await start(t, testFolder(t));
  const { sns } = clients;
  t.equal((await sns.send(new CreateTopicCommand({ Name: 'tristore-alarms' }))).TopicArn, ALARMS);
  const other = await sns.send(new CreateTopicCommand({ Name: 'other' }));
  t.same((await sns.send(new ListTopicsCommand({}))).Topics, [
    { TopicArn: other.TopicArn },
    { TopicArn: ALARMS },
  ]);
  for (const Name of ['../out', 'a b', 'x'.repeat(257)])
    await t.rejects(sns.send(new CreateTopicCommand({ Name })), { name: 'InvalidParameterException' }, Name);
});

t.test('a topic that does not exist, and what is not embedded', async (t) => {
  const { clients } = await start(t, testFolder(t));
  const { sns } = clients;
  await t.rejects(sns.send(new PublishCommand({ TopicArn: `${ALARMS}-not`, Message: 'm' })), {
    name: 'NotFoundException',
  });
  await t.rejects(
    sns.send(new SubscribeCommand({ TopicArn: ALARMS, Protocol: 'http', Endpoint: 'http://127.0.0.1' })),
    { name: 'InvalidAction', message: /Subscribe is not embedded/ },
  );
});
