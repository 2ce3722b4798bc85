import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  InferRequest,
  InferResponse,
  JSON_LENGTH_HEADER,
  ProtocolError,
} from '@tristore/common/contracts/open-inference.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { examplesOf, paramsLike } from '../examples.ts';
import type { Serving } from '../serving.ts';
import { decodeInputs } from './decode-request.ts';
import { encodeResponse } from './encode-response.ts';

const schema = {
  tags: ['Open Inference Protocol'],
  description: `Tensors as JSON or, with the header \`${JSON_LENGTH_HEADER}\`, in binary behind the JSON. The columns are \`feature_names\` of the model's metadata, in that order.`,
  response: { 200: InferResponse, '4xx': ProtocolError, '5xx': ProtocolError },
};
const PATHS = [
  ['/v2/models/:model/infer', 'Predict with the champion'],
  ['/v2/models/:model/versions/:version/infer', 'Predict with one version'],
] as const;

/** `POST /v2/models/{model}[/versions/{version}]/infer` */
export async function inferRoute(instance: FastifyInstance, { catalogue, infer }: Serving): Promise<void> {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const examples = examplesOf(catalogue);
  const params = paramsLike(examples);
  const body = Type.Unsafe<InferRequest>({ ...InferRequest, examples: examples.infer });
  for (const [path, summary] of PATHS) {
    const route = { schema: { ...schema, summary, params, body }, config: { scope: 'predict' as const } };
    app.post(path, route, async (request, reply) => {
      const { params, body, binaryTail } = request;
      const version = catalogue.version(params.model, params.version);
      const outputs = await infer(version, decodeInputs(body, binaryTail, version.predictor.inputs));
      const { json, tail } = encodeResponse(body, outputs, { name: version.model, version: version.version });
      if (!tail) return json;
      const head = Buffer.from(JSON.stringify(json));
      reply.header(JSON_LENGTH_HEADER, head.length).type('application/octet-stream');
      // bytes, which the schema of the JSON answer does not know
      return (reply as FastifyReply).send(Buffer.concat([head, tail]));
    });
  }
}
