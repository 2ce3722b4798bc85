import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  InferRequest,
  InferResponse,
  JSON_LENGTH_HEADER,
  ProtocolError,
} from '@tristore/common/contracts/open-inference.ts';
import { checkerOf } from '@tristore/common/validate.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { explainerOf } from '../../inference/explain/explained-call.ts';
import { RAW_BODY } from '../../plugins/any-body.ts';
import { deadlineOf } from '../deadline.ts';
import { examplesOf, paramsLike } from '../examples.ts';
import type { Serving } from '../serving.ts';
import { decodeInputs } from './decode-request.ts';
import { type Encoded, encodeResponse } from './encode-response.ts';
import { rawRequest } from './raw-request.ts';
import { reasonsWanted } from './reasons-wanted.ts';
import { wantedOutputs } from './wanted-outputs.ts';

const schema = {
  tags: ['Open Inference Protocol'],
  description: `Tensors as JSON or, with the header \`${JSON_LENGTH_HEADER}\`, in binary behind the JSON. The columns are \`feature_names\` of the model's metadata, in that order.`,
  response: { 200: InferResponse, '4xx': ProtocolError, '5xx': ProtocolError },
};
const PATHS = [
  ['/v2/models/:model/infer', 'Predict with the champion'],
  ['/v2/models/:model/versions/:version/infer', 'Predict with one version'],
] as const;

/** A raw body has no JSON that could be checked; the model's own signature says what it must be. */
const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  const check = checkerOf(schema, { firstOnly: true });
  return (data) => (data === RAW_BODY ? { value: data } : check(data));
};

function send(reply: FastifyReply, { json, tail }: Encoded): FastifyReply {
  if (tail.length === 0) return reply.type('application/json').send(json);
  const head = Buffer.from(json);
  return reply
    .header(JSON_LENGTH_HEADER, head.length)
    .type('application/octet-stream')
    .send(Buffer.concat([head, ...tail]));
}

/** `POST /v2/models/{model}[/versions/{version}]/infer` */
export async function inferRoute(instance: FastifyInstance, { catalogue, infer }: Serving): Promise<void> {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const examples = examplesOf(catalogue);
  const params = paramsLike(examples);
  const body = Type.Unsafe<InferRequest>({ ...InferRequest, examples: examples.infer });
  for (const [path, summary] of PATHS) {
    const route = {
      schema: { ...schema, summary, params, body },
      config: { scope: 'predict' as const },
      validatorCompiler,
    };
    app.post(path, route, async (received, reply) => {
      const { params, body, binaryTail } = received;
      const version = await catalogue.version(params.model, params.version);
      const { inputs, outputs } = version.predictor;
      const { request, tail } =
        (body as unknown) === RAW_BODY
          ? rawRequest(binaryTail ?? new Uint8Array(0), inputs)
          : { request: body, tail: binaryTail };
      const reasons = reasonsWanted(request);
      const specs = reasons === undefined ? outputs : [...outputs, ...explainerOf(version).outputs];
      const { names, binary } = wantedOutputs(request, specs);
      const answers = await infer(version, {
        inputs: decodeInputs(request, tail, inputs),
        outputs: names,
        reasons,
        deadline: deadlineOf(received as FastifyRequest, reply as FastifyReply, request.parameters),
      });
      // text or bytes, which the schema of the answer need not serialise
      const { id } = request;
      return send(
        reply as FastifyReply,
        encodeResponse(answers, { model: version.model, version: version.version, id }, binary),
      );
    });
  }
}
