import type { Test } from 'tap';
import type { Registry } from '../../src/registry/registry.ts';

/** A registry, and a way to put files into it that is not its own. */
export interface Subject {
  registry: Registry;
  /** Opens the same registry once more, as another process would. */
  again(): Registry;
  put(path: string, text: string): Promise<void>;
}

export const aliasesOf = (champion: string) => ({
  champion,
  shadows: [],
  changed_at: '2026-01-01T00:00:00Z',
  changed_by: 'test',
  reason: 'because',
});

/** What every adapter of the port must do. */
export function registryContract(t: Test, make: (t: Test) => Promise<Subject>): void {
  t.test('an empty registry has no models', async (t) => {
    const { registry } = await make(t);
    t.same(await registry.models(), []);
    t.same(await registry.versions('none'), []);
    t.equal(await registry.aliases('none'), undefined);
  });

  t.test('versions in order of number; what is no version is passed over', async (t) => {
    const { registry, put } = await make(t);
    for (const path of ['m/10/x', 'm/2/x', 'm/2.part/x', 'm/02/x', 'm/.3/x', 'm/aliases/x'])
      await put(path, 'x');
    t.same(await registry.versions('m'), ['2', '10']);
  });

  t.test('models are those with a version, in order; a new one is seen', async (t) => {
    const { registry, put } = await make(t);
    await put('b/1/x', 'x');
    await put('a-file', 'x');
    await put('only-aliases/aliases/x', 'x');
    t.same(await registry.models(), ['b']);
    await put('a/1/x', 'x');
    t.same(await registry.models(), ['a', 'b']);
    await put('only-aliases/1/x', 'x');
    t.same(await registry.models(), ['a', 'b', 'only-aliases']);
  });

  t.test('files are read as they are; one that is not there is an error of its own', async (t) => {
    const { registry, put } = await make(t);
    await put('m/1/model.json', 'päper');
    t.equal(Buffer.from(await registry.read('m', '1', 'model.json')).toString(), 'päper');
    for (const [model, version, file] of [
      ['m', '1', 'none'],
      ['m', '2', 'model.json'],
      ['none', '1', 'model.json'],
    ] as const)
      await t.rejects(registry.read(model, version, file), { name: 'NoSuchFileError' });
  });

  t.test('the newest alias state serves, and is seen by others at once', async (t) => {
    const { registry, again } = await make(t);
    const other = again();
    t.equal(await other.aliases('m'), undefined);
    for (const number of [1, 2, 3]) {
      t.equal(await registry.append('m', number, aliasesOf(String(number))), true);
      t.strictSame(await other.aliases('m'), { number, state: aliasesOf(String(number)) });
    }
    t.match(await again().aliases('m'), { number: 3 });
    t.strictSame(await other.aliases('m', 2), { number: 2, state: aliasesOf('2') }, 'and the history stays');
    t.equal(await other.aliases('m', 4), undefined);
    t.equal(await other.aliases('none', 1), undefined);
  });

  t.test('of many who append one number at once, one wins, and it is what is kept', async (t) => {
    const { registry, again } = await make(t);
    await registry.append('m', 1, aliasesOf('1'));
    const tries = await Promise.all([1, 2, 3, 4].map((n) => again().append('m', 2, aliasesOf(String(n)))));
    t.equal(tries.filter(Boolean).length, 1);
    t.equal((await registry.aliases('m'))?.state.champion, String(tries.indexOf(true) + 1));
    t.equal(await registry.append('m', 1, aliasesOf('9')), false, 'history does not change');
  });

  t.test('a state that breaks its contract is neither written nor read', async (t) => {
    const { registry, put } = await make(t);
    await t.rejects(registry.append('m', 1, aliasesOf('x')), { name: 'SchemaError', message: /champion/ });
    t.equal(await registry.aliases('m'), undefined);
    await put('m/aliases/000001.json', '{}');
    await t.rejects(registry.aliases('m'), { name: 'BrokenAliasesError', number: 1 });
    t.equal(await registry.append('m', 2, aliasesOf('2')), true);
    await t.rejects(registry.aliases('m', 1), { name: 'BrokenAliasesError', number: 1 });
    t.match(await registry.aliases('m'), { number: 2, state: { champion: '2' } }, 'the next one mends it');
  });
}
