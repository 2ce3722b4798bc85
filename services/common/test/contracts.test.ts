import { readdirSync } from 'node:fs';
import t from 'tap';
import { unsound } from './unsound-schemas.ts';

const FOLDER = new URL('../src/contracts/', import.meta.url);

t.test('every contract is a sound schema', async (t) => {
  const schemas: [string, object][] = [];
  for (const file of readdirSync(FOLDER))
    for (const [name, value] of Object.entries((await import(new URL(file, FOLDER).href)) as object))
      if (typeof value === 'object' && ('type' in value || 'anyOf' in value)) schemas.push([name, value]);
  t.ok(schemas.length > 30, `${schemas.length} schemas`);
  t.same(unsound(schemas), []);
  t.match(unsound([['Wrong', { type: 'object', required: 'name' }]]), [/^Wrong: .*required must be array/]);
});
