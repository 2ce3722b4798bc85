import { input, layers, model, type SymbolicTensor, sequential } from '@tensorflow/tfjs-layers';
import { type Files, savedModel, summingGraph, summingModel } from '../../fixtures.ts';

const dense = (units: number, activation: 'relu' | 'tanh' | 'linear' | 'sigmoid' = 'linear') =>
  layers.dense({ units, activation, kernelInitializer: 'glorotNormal', biasInitializer: 'glorotNormal' });
const first = (units: number) =>
  layers.dense({
    units,
    inputShape: [3],
    kernelInitializer: 'glorotNormal',
    biasInitializer: 'glorotNormal',
  });

/** Networks of three inputs that bend and end in different ways, with the method that explains each. */
export const NETWORKS: Record<string, { method: 'exact' | 'quadrature'; files: () => Promise<Files> }> = {
  'a dense layer with a sigmoid': { method: 'exact', files: () => summingModel(3) },
  'a graph-model': { method: 'quadrature', files: async () => summingGraph(3) },
  'ramps, ReLU, dropout, calibration, sigmoid': {
    method: 'exact',
    files: () =>
      savedModel(
        sequential({
          layers: [
            first(12),
            layers.reLU({ maxValue: 1 }),
            dense(16, 'relu'),
            layers.dropout({ rate: 0.5 }),
            dense(1),
            dense(1),
            layers.activation({ activation: 'sigmoid' }),
          ],
        }),
      ),
  },
  'tanh, bent everywhere': {
    method: 'quadrature',
    files: () => savedModel(sequential({ layers: [first(12), dense(8, 'tanh'), dense(1, 'sigmoid')] })),
  },
  'two branches of ReLU': {
    method: 'quadrature',
    files: () => {
      const x = input({ shape: [3], name: 'features' });
      const branches = [dense(12, 'relu'), dense(12, 'relu')].map((layer) => layer.apply(x));
      const both = layers.concatenate().apply(branches as SymbolicTensor[]);
      return savedModel(model({ inputs: x, outputs: dense(1, 'sigmoid').apply(both) as SymbolicTensor }));
    },
  },
};

/** Networks that cannot be explained, and what is said of them. */
export const UNEXPLAINED: [RegExp, () => Promise<Files>][] = [
  [
    /does not end in a sigmoid/,
    () =>
      savedModel(sequential({ layers: [first(4), layers.dense({ units: 1, activation: 'hardSigmoid' })] })),
  ],
  [
    /its own output "logit" has the name of one of the explanation/,
    () => {
      const x = input({ shape: [3], name: 'features' });
      const outputs = [layers.dense({ units: 1, activation: 'sigmoid', name: 'probability' }).apply(x)];
      outputs.push(layers.dense({ units: 1, name: 'logit' }).apply(x));
      return savedModel(model({ inputs: x, outputs: outputs as SymbolicTensor[] }));
    },
  ],
  [
    /does not end in a Sigmoid/,
    async () => {
      const files = summingGraph(3);
      const json = JSON.parse(Buffer.from(files['model.json'] ?? []).toString());
      const [x, w, sum, y] = json.modelTopology.node;
      const attr = { T: { type: 'DT_FLOAT' } };
      const node = [
        x,
        w,
        sum,
        { name: 'z', op: 'Sigmoid', input: ['sum'], attr },
        { ...y, op: 'Abs', input: ['z'] },
      ];
      return {
        ...files,
        'model.json': Buffer.from(
          JSON.stringify({ ...json, modelTopology: { ...json.modelTopology, node } }),
        ),
      };
    },
  ],
];
