import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { build, KEY } from '../build.ts';
import { writeAliases } from '../fixtures.ts';
import { echoing, twoByTwo, writeBareVersion } from '../graphs.ts';

t.setTimeout(120_000);

const SCRIPT = fileURLToPath(new URL('./triton-client.py', import.meta.url));
/** A Python that has tritonclient[http]; `.ci/run` makes one. */
const PYTHON = process.env['TRITON_PYTHON'] ?? 'python3';
const DATATYPES: [string, string][] = [
  ['BOOL', 'DT_BOOL'],
  ['UINT8', 'DT_UINT8'],
  ['UINT16', 'DT_UINT16'],
  ['UINT32', 'DT_UINT32'],
  ['UINT64', 'DT_UINT64'],
  ['INT8', 'DT_INT8'],
  ['INT16', 'DT_INT16'],
  ['INT32', 'DT_INT32'],
  ['INT64', 'DT_INT64'],
  ['FP16', 'DT_HALF'],
  ['FP32', 'DT_FLOAT'],
  ['FP64', 'DT_DOUBLE'],
  ['BYTES', 'DT_STRING'],
];

const missing =
  spawnSync(PYTHON, ['-c', 'import tritonclient.http, tritonclient.http.aio']).status === 0
    ? false
    : `${PYTHON} has no tritonclient[http]`;

t.test("Triton's Python clients work as they are", { skip: missing }, async (t) => {
  const { app } = await build(t, {
    prepare: async (root) => {
      await writeBareVersion(root, await twoByTwo(), { model: 'two' });
      await writeAliases(root, '1', undefined, 'two');
      for (const [datatype, dtype] of DATATYPES) {
        const model = `echo-${datatype.toLowerCase()}`;
        await writeBareVersion(root, echoing(dtype), { model });
        await writeAliases(root, '1', undefined, model);
      }
    },
  });
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const child = spawn(PYTHON, [SCRIPT, url.host, KEY]);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.equal(code, 0, said);
  t.match(said, /^ok .*"BYTES binary".*asyncio/);
});
