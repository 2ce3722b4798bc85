// The yardstick: what is written first. One GetItem, one call of the model server in JSON, one PutRecord a request.
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { FirehoseClient, PutRecordCommand } from '@aws-sdk/client-firehose';
import Fastify from 'fastify';
import { v7 } from 'uuid';

const { MODEL_SERVER_URL = '', SERVICE_KEY = '', BENCH_FEATURES = '[]' } = process.env;
const names = JSON.parse(BENCH_FEATURES) as string[];
const dynamoDb = new DynamoDBClient();
const firehose = new FirehoseClient();
const app = Fastify();

app.post('/v1/predictions', async (request) => {
  const { model, client } = request.body as { model: { model_name: string }; client: { id: string } };
  const { Item: item } = await dynamoDb.send(
    new GetItemCommand({ TableName: 'features', Key: { pk: { S: `${model.model_name}#${client.id}` } } }),
  );
  const values = JSON.parse(item?.['values']?.S ?? '{}') as Record<string, number>;
  const vector = names.map((name) => values[name] ?? 0);
  const scored = await fetch(`${MODEL_SERVER_URL}/v2/models/${model.model_name}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': SERVICE_KEY },
    body: JSON.stringify({
      inputs: [{ name: 'features', shape: [1, vector.length], datatype: 'FP32', data: vector }],
    }),
  });
  const { outputs } = (await scored.json()) as { outputs: { data: number[] }[] };
  const probability = outputs[0]?.data[0];
  const answer = { event_id: v7(), model_name: model.model_name, probability, created_at: new Date() };
  await firehose.send(
    new PutRecordCommand({
      DeliveryStreamName: 'prediction-records',
      Record: { Data: Buffer.from(`${JSON.stringify({ ...answer, features: values })}\n`) },
    }),
  );
  return answer;
});
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
