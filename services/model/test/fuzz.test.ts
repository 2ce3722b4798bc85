import fc from 'fast-check';
import t from 'tap';
import { build } from './build.ts';
import { writeAliases } from './fixtures.ts';
import { echoing, twoByTwo, writeBareVersion } from './graphs.ts';

/** Milliseconds for each property; FUZZ_MS=600000 looks for longer. */
const TIME_LIMIT = Number(process.env['FUZZ_MS'] ?? 2_000);
t.setTimeout(10 * TIME_LIMIT + 120_000);

const OIP: Record<string, object> = {
  adder: { inputs: [{ name: 'features', shape: [1, 3], datatype: 'FP32', data: [1, 2, 3] }] },
  two: {
    id: 'a',
    parameters: { binary_data_output: false },
    inputs: [
      { name: 'a', shape: [1, 2], datatype: 'FP32', data: [[1, 2]] },
      { name: 'b', shape: [1, 3], datatype: 'FP32', parameters: { binary_data_size: 12 } },
    ],
    outputs: [{ name: 'sum', parameters: { binary_data: true } }, { name: 'copy' }],
  },
  words: { inputs: [{ name: 'x', shape: [1, 2], datatype: 'BYTES', parameters: { binary_data_size: 12 } }] },
  numbers: { inputs: [{ name: 'x', shape: [2, 1], datatype: 'INT64', data: [[1], [2]] }] },
};
const TFS: [string, object][] = [
  ['adder:predict', { instances: [[1, 2, 3]], signature_name: 'serving_default' }],
  ['adder:predict', { instances: [{ features: [1, 2, 3] }] }],
  [
    'adder:classify',
    {
      examples: [
        { a: 1, b: 2 },
        { a: 1, b: [2], c: 3 },
      ],
      context: { c: 0 },
    },
  ],
  ['adder:regress', { examples: [{ features: [1, 2, 3] }] }],
  ['two:predict', { instances: [{ a: [1, 2], b: [1, 2, 3] }] }],
  ['two:predict', { inputs: { a: [[1, 2]], b: [[1, 2, 3]] } }],
  ['words:predict', { instances: [['a', { b64: 'YQ==' }]] }],
  ['words:regress', { examples: [{ x: ['a', 'b'] }] }],
  ['numbers:predict', { inputs: [[1, 2]] }],
];

const WORDS = [
  'features',
  'a',
  'x',
  'sum',
  '__proto__',
  'constructor',
  'FP32',
  'FP16',
  'INT64',
  'BOOL',
  'BYTES',
  '',
];
const NUMBERS = [-1, 0, 1, 3, 1.5, 2 ** 31, 2 ** 53, 1e39, Number.MAX_VALUE];
/** What may stand where something sound stood. */
const value = fc.oneof(
  fc.constantFrom<unknown>(...WORDS, ...NUMBERS, true, null, [], {}, [[]], { b64: '?' }),
  fc.jsonValue({ maxDepth: 3 }),
);
const change = fc.record({ at: fc.nat(), value, drop: fc.boolean() });
const changes = fc.array(change, { maxLength: 2 });

/** Every place in a JSON value that can be changed. */
function placesOf(inside: unknown): [Record<string, unknown>, string][] {
  if (typeof inside !== 'object' || inside === null) return [];
  const holder = inside as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [
    [holder, key] as [Record<string, unknown>, string],
    ...placesOf(holder[key]),
  ]);
}

function changed(body: object, made: readonly { at: number; value: unknown; drop: boolean }[]): object {
  const copy: object = structuredClone(body);
  for (const { at, value, drop } of made) {
    const places = placesOf(copy);
    const [holder, key] = places[at % Math.max(places.length, 1)] ?? [];
    if (!holder || key === undefined) continue;
    if (drop && !Array.isArray(holder)) delete holder[key];
    else holder[key] = structuredClone(value);
  }
  return copy;
}

async function served() {
  const { post, inject } = await build(t, {
    prepare: async (root) => {
      const files = {
        two: await twoByTwo(),
        words: echoing('DT_STRING'),
        numbers: echoing('DT_INT64', [-1, -1]),
      };
      for (const [model, made] of Object.entries(files)) {
        await writeBareVersion(root, made, { model });
        await writeAliases(root, '1', undefined, model);
      }
    },
  });
  /** Whatever came before, a sound request is answered. */
  const works = async () => {
    const answer = await post('/v1/models/adder:predict', { instances: [[0, 0, 0]] });
    return answer.statusCode === 200 && answer.body === '{"predictions":[[0.5]]}';
  };
  /** Answered or refused: no fault of ours, and an error is `{"error": text}`. */
  const sound = async (request: Parameters<typeof inject>[0]) => {
    const answer = await inject(request);
    if (answer.statusCode >= 500) throw new Error(`${answer.statusCode} ${answer.body}`);
    if (answer.statusCode >= 400 && typeof JSON.parse(answer.body).error !== 'string')
      throw new Error(`no error in ${answer.body}`);
    return answer.statusCode;
  };
  return { works, sound };
}

const { works, sound } = await served();
const limits = { interruptAfterTimeLimit: TIME_LIMIT, numRuns: 1_000_000 };

/** Tries a property for the time limit; tells how often the requests were taken, so that it is not for nothing. */
async function tries<T>(
  t: { ok(fact: boolean, text: string): void },
  arbitrary: fc.Arbitrary<T>,
  ask: (value: T) => Promise<number>,
) {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(arbitrary, async (value) => {
      const status = await ask(value);
      seen.set(status, (seen.get(status) ?? 0) + 1);
      if (!(await works())) throw new Error('the next request does not work');
    }),
    limits,
  );
  const text = [...seen].map(([status, count]) => `${status}: ${count}`).join(', ');
  t.ok((seen.get(200) ?? 0) > 0 && (seen.get(400) ?? 0) > 0, `both answered and refused (${text})`);
}

t.test('infer: sound requests with up to two faults, any header and any bytes behind the JSON', async (t) => {
  const length = fc.oneof(
    { weight: 6, arbitrary: fc.constant('exact') },
    { weight: 1, arbitrary: fc.integer({ min: -1, max: 400 }).map(String) },
    { weight: 1, arbitrary: fc.stringMatching(/^[!-~]{0,4}$/) },
  );
  const tail = fc.oneof(
    fc.constant(Buffer.from([2, 0, 0, 0, 65, 66, 2, 0, 0, 0, 67, 68])),
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
    fc.uint8Array({ maxLength: 40 }),
    fc.constant(Buffer.alloc(0)),
  );
  const request = fc.tuple(fc.constantFrom(...Object.keys(OIP)), changes, length, tail);
  await tries(t, request, async ([model, made, length, bytes]) => {
    const text = Buffer.from(JSON.stringify(changed(OIP[model] ?? {}, made)));
    return sound({
      method: 'POST',
      url: `/v2/models/${model}/infer`,
      payload: Buffer.concat([text, bytes]),
      headers: { 'inference-header-content-length': length === 'exact' ? String(text.length) : length },
    });
  });
});

t.test('predict, classify and regress: sound requests with up to two faults', async (t) => {
  await tries(t, fc.tuple(fc.constantFrom(...TFS), changes), async ([[path, body], made]) =>
    sound({ method: 'POST', url: `/v1/models/${path}`, payload: JSON.stringify(changed(body, made)) }),
  );
});

t.test('texts that are nearly sound', async (t) => {
  const texts = [
    '{"instances":[[1,NaN,-Infinity]]}',
    '{"inputs":{"features":[[1.0,2,3e0]]}}',
    '{"inputs":[{"name":"features","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}',
  ];
  const edit = fc.record({
    at: fc.nat(200),
    drop: fc.nat(3),
    add: fc.string({ maxLength: 3, unit: 'grapheme' }),
  });
  await tries(
    t,
    fc.tuple(fc.constantFrom(...texts), fc.array(edit, { maxLength: 2 })),
    async ([text, edits]) => {
      let payload = text;
      for (const { at, drop, add } of edits) {
        const place = at % (payload.length + 1);
        payload = payload.slice(0, place) + add + payload.slice(place + drop);
      }
      const url = text.includes('datatype') ? '/v2/models/adder/infer' : '/v1/models/adder:predict';
      return sound({ method: 'POST', url, payload });
    },
  );
});

t.test('bytes that are no JSON, under any encoding', async (t) => {
  const encoding = fc.constantFrom('', 'gzip', 'deflate', 'identity', 'br', '\u00ff');
  await tries(
    t,
    fc.tuple(
      fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.constant(Buffer.from('{"instances":[[0,0,0]]}'))),
      encoding,
    ),
    async ([bytes, encoding]) =>
      sound({
        method: 'POST',
        url: '/v1/models/adder:predict',
        payload: Buffer.from(bytes),
        headers: encoding ? { 'content-encoding': encoding } : {},
      }),
  );
});

t.test('any path under the two protocols', async (t) => {
  const part = fc.oneof(
    fc.constantFrom(
      'v1',
      'v2',
      'models',
      'versions',
      'labels',
      'adder',
      '1',
      'infer',
      'ready',
      'metadata',
      'health',
      'live',
      ':predict',
      'adder:predict',
      '%',
      '%00',
      '..',
    ),
    fc.webSegment(),
  );
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS');
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      method,
      fc.constantFrom('v1', 'v2', 'V1'),
      fc.array(part, { maxLength: 6 }),
      async (method, first, parts) => {
        seen.add(
          await sound({ method: method as 'GET', url: `/${[first, ...parts].join('/')}` }).catch((error) => {
            if (method === 'HEAD' && error instanceof SyntaxError) return 404;
            throw error;
          }),
        );
      },
    ),
    limits,
  );
  t.ok(seen.has(200) && seen.has(404) && seen.has(400), [...seen].join());
  t.ok(await works());
});
