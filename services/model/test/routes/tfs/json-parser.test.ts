import fc from 'fast-check';
import t from 'tap';
import { Decimal, parseServingJson, withoutDecimals } from '../../../src/routes/tfs/json-parser.ts';

t.test('reads whatever JSON.parse reads, in the same way', async (t) => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2, '\t'), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent);
      t.strictSame(parseServingJson(text), JSON.parse(text));
    }),
    { numRuns: 500 },
  );
  for (const text of ['"\\"\\\\"', '{"__proto__":1,"a":{}}', '["\\u00e9\\n"]', ' [ ] ', '-0.5e-3'])
    t.strictSame(parseServingJson(text), JSON.parse(text), text);
});

t.test('refuses whatever JSON.parse refuses, but for the tokens', async (t) => {
  const broken = [
    '',
    '[',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '[1 2]',
    '{"a" 1}',
    '01',
    '1.',
    '+1',
    '"a',
    '"\n"',
    ']',
  ];
  for (const text of [...broken, 'nul', 'NaNa', 'nan', '[1]]', '{"a":}', '-', '1e999', '"\\x"', "'a'"])
    t.throws(() => parseServingJson(text), { name: 'SyntaxError' }, text);
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', '1'), (json, place, change) => {
      const at = place % (json.length + 1);
      const text = `${json.slice(0, at)}${change}${json.slice(at + 1)}`;
      // a number that is too big is Infinity for JSON.parse
      if (/e\+?\d{3}/.test(text)) return;
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        t.throws(() => parseServingJson(text), SyntaxError, text);
        return;
      }
      t.strictSame(parseServingJson(text), expected, text);
    }),
    { numRuns: 500 },
  );
});

t.test('bare NaN and infinities (RapidJSON, kParseNanAndInfFlag)', async (t) => {
  t.strictSame(parseServingJson('[NaN,Infinity,-Infinity,Inf,-Inf,{"NaN":NaN}]'), [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    { NaN: Number.NaN },
  ]);
  t.equal(parseServingJson('"NaN"'), 'NaN');
});

t.test('tells 1.0 and 1e3 from 1 where that is asked for', async (t) => {
  const told = parseServingJson('[1, 1.0, 1e3, 1.5, "1.0"]', { decimals: true });
  t.strictSame(told, [1, new Decimal(1), new Decimal(1000), 1.5, '1.0']);
  t.strictSame(withoutDecimals(told), [1, 1, 1000, 1.5, '1.0']);
  t.strictSame(parseServingJson('[1.0]'), [1]);
});

t.test('neither depth nor length ends the process', async (t) => {
  t.throws(() => parseServingJson('['.repeat(5_000_000)), { message: 'nested deeper than 64 levels' });
  t.throws(() => parseServingJson('{"a":'.repeat(1_000_000)), { message: 'nested deeper than 64 levels' });
  t.equal((parseServingJson(`"${'\\\\'.repeat(2_000_000)}"`) as string).length, 2_000_000);
  t.equal((parseServingJson(`["${'x'.repeat(10_000_000)}"]`) as string[])[0]?.length, 10_000_000);
});
