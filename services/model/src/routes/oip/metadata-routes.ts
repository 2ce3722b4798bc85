import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  ModelMetadata,
  ModelReady,
  ProtocolError,
  ServerMetadata,
} from '@tristore/common/contracts/open-inference.ts';
import type { FastifyInstance } from 'fastify';
import type { CatalogueEntry } from '../../inference/catalogue.ts';
import type { LoadedVersion } from '../../inference/load-version.ts';
import type { TensorSpec } from '../../inference/tensor.ts';
import { examplesOf, paramsLike } from '../examples.ts';
import type { Serving } from '../serving.ts';

const tags = ['Open Inference Protocol'];
const config = { scope: 'predict' as const };
const errors = { '4xx': ProtocolError, '5xx': ProtocolError };

/** Only a manifest knows the names of the columns; its model has one input. */
function inputsOf({ manifest, predictor }: LoadedVersion) {
  const names = manifest?.signature.features.map(({ name }) => name);
  return predictor.inputs.map(({ name, datatype, shape }) => ({
    name,
    datatype,
    shape: [...shape],
    ...(names && { parameters: { feature_names: names } }),
  }));
}

const specsOf = (specs: readonly TensorSpec[]) =>
  specs.map(({ name, datatype, shape }) => ({ name, datatype, shape: [...shape] }));

/** What `parameters.explain` gives, or why nothing. */
function explanationOf({ explainer }: LoadedVersion) {
  if (typeof explainer === 'string') return { unavailable: explainer };
  const { method, outputs, maxRows } = explainer;
  return { method, outputs: specsOf(outputs), max_rows: maxRows };
}

/** Of every version that the registry has or the aliases name. */
function statusOf(entry: CatalogueEntry) {
  const { broken, numbers, labels } = entry;
  return [...new Set([...numbers, ...broken.keys()])].map((version) => {
    const reason = broken.get(version);
    return {
      version,
      state: entry.stateOf(version) ?? 'END',
      labels: Object.entries(labels).flatMap(([label, answers]) => (answers === version ? [label] : [])),
      ...(reason !== undefined && { reason }),
    };
  });
}

/** `GET /v2`, `GET /v2/models/{model}[/versions/{version}][/ready]` */
export async function metadataRoutes(instance: FastifyInstance, serving: Serving): Promise<void> {
  const { catalogue, backend, isReady, version: release } = serving;
  const Params = paramsLike(examplesOf(catalogue));
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v2',
    {
      config,
      schema: { tags, summary: 'The server and its backend', response: { 200: ServerMetadata, ...errors } },
    },
    async () => ({
      name: 'tristore',
      version: release,
      extensions: ['binary_tensor_data'],
      backend,
      registry:
        catalogue.lost === undefined ? { reachable: true } : { reachable: false, reason: catalogue.lost },
    }),
  );

  for (const [path, which] of [
    ['/v2/models/:model', 'the champion'],
    ['/v2/models/:model/versions/:version', 'one version'],
  ] as const) {
    app.get(
      path,
      {
        config,
        schema: {
          tags,
          summary: `What ${which} takes and gives`,
          params: Params,
          response: { 200: ModelMetadata, ...errors },
        },
      },
      async ({ params }) => {
        const version = await catalogue.version(params.model, params.version);
        const entry = catalogue.entry(params.model);
        return {
          name: version.model,
          versions: entry.numbers.filter((number) => !entry.broken.has(number)),
          platform: `tensorflowjs_${version.format.replace('-', '_')}`,
          inputs: inputsOf(version),
          outputs: specsOf(version.predictor.outputs),
          explanation: explanationOf(version),
          version_status: statusOf(entry),
        };
      },
    );
    app.get(
      `${path}/ready`,
      {
        config,
        schema: {
          tags,
          summary: `Whether ${which} takes requests`,
          params: Params,
          response: { 200: ModelReady, 503: ModelReady, ...errors },
        },
      },
      async ({ params }, reply) => {
        await catalogue.version(params.model, params.version);
        const ready = isReady();
        return reply.code(ready ? 200 : 503).send({ name: params.model, ready });
      },
    );
  }
}
