import t, { type Test } from 'tap';
import { build } from '../../build.ts';
import { sigmoidOfSum, writeAliases } from '../../fixtures.ts';
import { echoing, twoByTwo, writeBareVersion } from '../../graphs.ts';

const floats = (...numbers: number[]) => Buffer.from(new Float32Array(numbers).buffer);

async function raw(t: Test, shape?: number[], dtype = 'DT_FLOAT') {
  const { post } = await build(t, {
    prepare: async (root) => {
      await writeBareVersion(root, shape ? echoing(dtype, shape) : await twoByTwo(), { model: 'echo' });
      await writeAliases(root, '1', undefined, 'echo');
    },
  });
  return (body: Buffer, model = 'echo') =>
    post(`/v2/models/${model}/infer`, body, { 'inference-header-content-length': '0' });
}

t.test(
  'a body without JSON is the one input, and every output comes in binary (Raw Binary Request)',
  async (t) => {
    const send = await raw(t, [-1, 2]);
    for (const rows of [1, 3]) {
      const body = floats(...Array.from({ length: rows * 3 }, (_, i) => i / 10));
      const answer = await send(body, 'adder');
      t.equal(answer.statusCode, 200);
      const length = Number(answer.headers['inference-header-content-length']);
      t.match(JSON.parse(answer.rawPayload.toString('utf8', 0, length)).outputs, [
        { name: 'probability', shape: [rows, 1], parameters: { binary_data_size: rows * 4 } },
      ]);
      t.ok(Math.abs(answer.rawPayload.readFloatLE(length) - sigmoidOfSum(0.3)) < 1e-5);
    }
  },
);

t.test('where an inner axis is variable the body is one row', async (t) => {
  const send = await raw(t, [-1, -1, 2]);
  const answer = await send(floats(1, 2, 3, 4));
  t.match(answer.body, '"shape":[1,2,2]');
});

t.test('BYTES are one element, without a length before it', async (t) => {
  const send = await raw(t, [-1], 'DT_STRING');
  const answer = await send(Buffer.from('an image'));
  t.match(answer.body, '"shape":[1]');
  t.ok(answer.rawPayload.toString('latin1').endsWith('\u0008\u0000\u0000\u0000an image'));
});

t.test('a body that does not fit, and models that take none', async (t) => {
  const refused = async (send: Awaited<ReturnType<typeof raw>>, body: Buffer, message: RegExp) => {
    const answer = await send(body);
    t.equal(answer.statusCode, 400);
    t.match(answer.json().error, message);
  };
  const narrow = await raw(t, [-1, 2]);
  await refused(narrow, floats(1, 2, 3), /input "x": a raw body of 12 bytes does not fit the shape \[-1,2\]/);
  await refused(narrow, Buffer.from([1, 2, 3]), /of 3 bytes does not fit/);
  await refused(narrow, Buffer.alloc(0), /body must be object/);
  await refused(await raw(t), floats(1, 2), /a raw body is for models with one input; this has 2/);
  await refused(await raw(t, [-1, -1, -1]), floats(1, 2), /a raw body does not tell the shape/);
});
