import Fastify from 'fastify';
import t from 'tap';
import { Type } from 'typebox';
import { schemaCompilers } from '../src/schema-compilers.ts';
import { serverOptions } from '../src/serve.ts';

const { buildValidator, buildSerializer } = schemaCompilers.compilersFactory;
const route = (schema: object) => ({ schema, method: 'POST', url: '/', httpPart: 'body', httpStatus: '200' });
const Person = (properties: Parameters<typeof Type.Object>[0]) => Type.Object(properties);

t.test('equal schemas share what was compiled, also those of another server', async (t) => {
  const text = () => route(Person({ name: Type.String() }));
  const number = route(Person({ name: Type.Number() }));
  const serializer = () => buildSerializer({}, {});
  t.equal(serializer()(text()), serializer()(text()));
  t.not(serializer()(text()), serializer()(number));
  const validator = (allErrors: boolean) => buildValidator({}, { customOptions: { allErrors } });
  t.equal(validator(true)(text() as never), validator(true)(text() as never));
  t.not(validator(true)(text() as never), validator(true)(number as never));
  t.not(validator(true)(text() as never), validator(false)(text() as never), 'other options');
});

t.test('what a schema refers to belongs to it', async (t) => {
  const refers = route({ type: 'object', properties: { of: { $ref: 'thing#' } } });
  const options = { customOptions: {} };
  const thing = (type: string) => ({ thing: { $id: 'thing', type } });
  const [text, number] = [buildValidator(thing('string'), options), buildValidator(thing('number'), options)];
  t.equal(text(refers as never)({ of: 'a' }), true);
  t.equal(number(refers as never)({ of: 'a' }), false);
});

t.test('two servers in one process: each route keeps to its own schema', async (t) => {
  const server = (body: object, answer: object) => {
    const app = Fastify(serverOptions({ name: 'test', logLevel: 'silent' }));
    t.teardown(() => app.close());
    app.post('/', { schema: { body, response: { 200: answer } } }, async () => ({ name: 'a', secret: 'b' }));
    return async (payload: object) => {
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/', payload });
      return statusCode === 200 ? JSON.parse(body) : statusCode;
    };
  };
  const Named = Person({ name: Type.String() });
  const narrow = server(Named, Named);
  const wide = server(Person({ age: Type.Number() }), Person({ name: Type.String(), secret: Type.String() }));
  t.same(await narrow({ name: 'a' }), { name: 'a' });
  t.same(await wide({ age: 4 }), { name: 'a', secret: 'b' });
  t.equal(await narrow({ age: 4 }), 400);
  t.equal(await wide({ name: 'a' }), 400);
});
