import { Ajv2020 } from 'ajv/dist/2020.js';

const ajv = new Ajv2020({ strict: false });

/** What breaks JSON Schema's own schema (2020-12, OpenAPI 3.1's) in each of these, by its name. */
export function unsound(schemas: Iterable<readonly [name: string, schema: object]>): string[] {
  return [...schemas].flatMap(([name, schema]) =>
    ajv.validateSchema(schema) ? [] : `${name}: ${ajv.errorsText(ajv.errors)}`,
  );
}

/** Every schema of an OpenAPI document, by where it stands. */
export function* schemasIn(node: unknown, path = ''): Generator<readonly [string, object]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node))
    if (key === 'schema') yield [path, value];
    else yield* schemasIn(value, `${path}/${key}`);
}
