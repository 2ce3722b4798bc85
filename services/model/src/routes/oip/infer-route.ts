import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  InferRequest,
  InferResponse,
  JSON_LENGTH_HEADER,
  ProtocolError,
} from '@tristore/common/contracts/open-inference.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Serving } from '../serving.ts';
import { decodeRows } from './decode-request.ts';
import { encodeResponse } from './encode-response.ts';

const Params = Type.Object({ model: Type.String(), version: Type.Optional(Type.String()) });

const schema = {
  tags: ['Open Inference Protocol'],
  summary: 'Predict',
  description: `Tensors as JSON or, with the header \`${JSON_LENGTH_HEADER}\`, in binary behind the JSON.`,
  params: Params,
  body: InferRequest,
  response: { 200: InferResponse, '4xx': ProtocolError, '5xx': ProtocolError },
};

/** `POST /v2/models/{model}[/versions/{version}]/infer` */
export async function inferRoute(instance: FastifyInstance, { catalogue, infer }: Serving): Promise<void> {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version'])
    app.post(`${path}/infer`, { schema, config: { scope: 'predict' } }, async (request, reply) => {
      const { params, body, binaryTail } = request;
      const version = catalogue.version(params.model, params.version);
      const { signature, model_name: name, model_version } = version.manifest;
      const outputs = await infer(version, decodeRows(body, binaryTail, signature));
      const { json, tail } = encodeResponse(body, outputs, { name, version: model_version });
      if (!tail) return json;
      const head = Buffer.from(JSON.stringify(json));
      reply.header(JSON_LENGTH_HEADER, head.length).type('application/octet-stream');
      // bytes, which the schema of the JSON answer does not know
      return (reply as FastifyReply).send(Buffer.concat([head, tail]));
    });
}
