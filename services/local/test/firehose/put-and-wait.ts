/** Puts one record into the embedded Firehose on the folder given, says so, and waits to be killed. */
import { FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';
import { createResources } from '../../src/create-resources.ts';
import { startEmbedded } from '../../src/embedded.ts';

const [dataDir = '', text = ''] = process.argv.slice(2);
const { endpoints } = await startEmbedded({ dataDir, firehoseBufferSeconds: 600 });
await createResources(endpoints);
const client = new FirehoseClient({
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  endpoint: endpoints.firehose,
});
const Record = { Data: Buffer.from(text) };
await client.send(new PutRecordCommand({ DeliveryStreamName: 'prediction-records', Record }));
process.stdout.write('acknowledged\n');
