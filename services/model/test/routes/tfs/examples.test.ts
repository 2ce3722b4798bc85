import t, { type Test } from 'tap';
import { build } from '../../build.ts';
import { type Files, writeAliases } from '../../fixtures.ts';
import { converted, echoing, info, placeholder, twoByTwo, writeBareVersion } from '../../graphs.ts';

async function served(t: Test, files?: Files) {
  const { post } = await build(t, {
    prepare: async (root) => {
      if (!files) return;
      await writeBareVersion(root, files, { model: 'bare' });
      await writeAliases(root, '1', undefined, 'bare');
    },
  });
  const path = `/v1/models/${files ? 'bare' : 'adder'}`;
  const ask = async (method: string, body: object) => {
    const answer = await post(`${path}:${method}`, body);
    return { status: answer.statusCode, ...answer.json() };
  };
  return {
    classify: (examples: unknown, more = {}) => ask('classify', { examples, ...more }),
    regress: (examples: unknown, more = {}) => ask('regress', { examples, ...more }),
  };
}

t.test("features by their names in the manifest; the classes are the target's", async (t) => {
  const { classify, regress } = await served(t);
  const examples = [
    { a: 1, b: [2], c: -3 },
    { a: 0, b: 0, c: 0, unknown: 'passed over' },
  ];
  const half = [
    ['no', 0.5],
    ['yes', 0.5],
  ];
  t.strictSame(await classify(examples), { status: 200, results: [half, half] });
  t.strictSame(await regress(examples), { status: 200, results: [0.5, 0.5] });
  const [[no, yes]] = (await classify([{ a: 9, b: 0, c: 0 }])).results;
  t.match(
    [no, yes],
    [
      ['no', Number],
      ['yes', Number],
    ],
  );
  t.ok(yes[1] > 0.999 && Math.abs(no[1] + yes[1] - 1) < 1e-6);
});

t.test('context is part of each example, which may say otherwise', async (t) => {
  const { regress } = await served(t);
  const context = { b: 2, c: -3 };
  t.strictSame((await regress([{ a: 1 }, { a: 1, c: -3 }], { context })).results, [0.5, 0.5]);
  t.strictSame((await regress([{ a: 1, b: -1, c: 0 }], { context })).results, [0.5]);
});

t.test('the whole vector under the name of the input', async (t) => {
  const { regress } = await served(t);
  t.strictSame((await regress([{ features: [1, 2, -3] }])).results, [0.5]);
  t.match(await regress([{ features: [1, 2] }]), { status: 400, error: /"features": has 2 elements, not 3/ });
});

t.test('names the example and the feature that is wrong', async (t) => {
  const { classify, regress } = await served(t);
  const cases: [unknown, RegExp][] = [
    [[], /examples must NOT have fewer than 1 items/],
    [undefined, /examples is missing/],
    [[[1, 2, 3]], /examples\.0 must be object/],
    [[{ a: 1, b: 2 }], /examples\[0\] "c": is missing/],
    [
      [
        { a: 1, b: 2, c: 3 },
        { a: 1, b: [], c: 3 },
      ],
      /examples\[1\] "b": has 0 elements, not 1/,
    ],
    [[{ a: 1, b: 2, c: 'x' }], /examples\[0\] "c": is "x", not a number/],
    [[{ a: 1, b: [[2]], c: 3 }], /examples\[0\] "b": is a list of 1, not a number/],
  ];
  for (const [examples, error] of cases)
    for (const ask of [classify, regress]) t.match(await ask(examples), { status: 400, error });
  t.match(await classify([{ a: 1, b: 2, c: 3 }], { signature_name: 'other' }), {
    status: 400,
    error: /signature_name/,
  });
});

t.test('without a manifest: inputs by name, classes by number', async (t) => {
  const { classify, regress } = await served(t, echoing('DT_FLOAT', [-1, 2]));
  t.strictSame((await classify([{ x: [0.25, 0.75] }])).results, [
    [
      ['0', 0.25],
      ['1', 0.75],
    ],
  ]);
  t.match(await regress([{ x: [1, 2] }]), {
    status: 400,
    error: /output "y": its shape \[1,2\] is not one number/,
  });
  const one = await served(t, echoing('DT_FLOAT', [-1, 1]));
  t.strictSame((await one.classify([{ x: 0.25 }])).results, [[['', 0.25]]]);
  t.strictSame((await one.regress([{ x: 0.25 }, { x: [3] }])).results, [0.25, 3]);
});

t.test('several inputs; the first output of numbers counts', async (t) => {
  const { regress } = await served(t, await twoByTwo());
  t.strictSame((await regress([{ a: [1, 2], b: [1, 1, 1] }])).results, [6]);
});

t.test("outputs `classes` and `scores`, as TensorFlow's own classifiers have them", async (t) => {
  const node = [
    placeholder('s', 'DT_FLOAT', [-1, 2]),
    placeholder('c', 'DT_STRING', [-1, 2]),
    { name: 'scores', op: 'Identity', input: ['s'], attr: { T: { type: 'DT_FLOAT' } } },
    { name: 'classes', op: 'Identity', input: ['c'], attr: { T: { type: 'DT_STRING' } } },
  ];
  const signature = {
    inputs: { s: info('s:0', 'DT_FLOAT', [-1, 2]), c: info('c:0', 'DT_STRING', [-1, 2]) },
    outputs: {
      classes: info('classes:0', 'DT_STRING', [-1, 2]),
      scores: info('scores:0', 'DT_FLOAT', [-1, 2]),
    },
  };
  const { classify } = await served(t, converted(node, { signature }));
  t.strictSame((await classify([{ s: [0.25, 0.75], c: ['cat', 'dog'] }])).results, [
    [
      ['cat', 0.25],
      ['dog', 0.75],
    ],
  ]);
});

t.test('models that give no scores or take no examples say so', async (t) => {
  const words = await served(t, echoing('DT_STRING', [-1]));
  t.match(await words.classify([{ x: 'a' }]), {
    status: 400,
    error: /outputs: the model has none of numbers/,
  });
  const cube = await served(t, echoing('DT_FLOAT', [-1, 1, 2]));
  t.match(await cube.classify([{ x: [1, 2] }]), { status: 400, error: /is not a list for each example/ });
  const open = await served(t, echoing('DT_FLOAT', [-1, -1]));
  t.match(await open.regress([{ x: 1 }]), { status: 400, error: /input "x": has no fixed size/ });
});
