// The measure of all ratios: a bare Fastify that gives a JSON body back. No keys, no log, no schema.
import Fastify from 'fastify';

const app = Fastify();
app.post('/', async (request) => request.body);
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
