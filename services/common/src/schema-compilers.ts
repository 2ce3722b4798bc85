import validators from '@fastify/ajv-compiler';
import serializers from '@fastify/fast-json-stringify-compiler';

/**
 * Fastify's own compilers of schemas, for its option `schemaController`, but one schema is compiled once: routes have
 * their error answers and parameters in common, and Fastify alone compiles them for each.
 */
export const schemaCompilers = {
  compilersFactory: {
    buildValidator: eachOnce(validators()),
    buildSerializer: eachOnce(serializers()),
  },
};

/** The factory's compilers, one for each set of schemas that may be referred to; each keeps what it has compiled. */
function eachOnce<S, O, D, C>(
  factory: (schemas: S, options?: O) => (definition: D) => C,
): (schemas: S, options?: O) => (definition: D) => C {
  const compilers = new Map<string, (definition: D) => C>();
  return (schemas, options) =>
    kept(compilers, JSON.stringify([schemas, options]), () => {
      const compile = factory(schemas, options);
      const compiled = new Map<string, C>();
      return (definition) =>
        kept(compiled, JSON.stringify((definition as { schema?: unknown }).schema), () =>
          compile(definition),
        );
    });
}

function kept<V>(values: Map<string, V>, key: string, make: () => V): V {
  const known = values.get(key);
  if (known !== undefined) return known;
  const made = make();
  values.set(key, made);
  return made;
}
