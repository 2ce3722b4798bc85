import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { freePort } from '../../common/test/free-port.ts';
import { testFolder } from '../../common/test/test-folder.ts';
import { Launched, ROOT } from './launched.ts';

t.setTimeout(300_000);

/** Fenced blocks of a Markdown text, in order. */
const blocksOf = (text: string) =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));

t.test('every command of README and docs/predictions.md works, its answer is the real one', async (t) => {
  const dataDir = join(testFolder(t), 'data');
  const launched = new Launched(
    t,
    dataDir,
    { orchestrator: await freePort(), model: await freePort() },
    undefined,
  );
  await launched.ready();
  // the README's own ports and folder may be in use by whoever runs the tests
  const here = (code: string) =>
    code
      .replaceAll('http://127.0.0.1:8000', launched.url)
      .replaceAll('.tristore', dataDir)
      .replaceAll(/npm run (query|keys)( --)?/g, `npm run --silent $1 -- --data ${dataDir}`);
  const outputs: string[] = [];
  const pages = ['README.md', 'docs/predictions.md'].map((page) => readFileSync(join(ROOT, page), 'utf8'));
  for (const { language, code } of pages.flatMap(blocksOf)) {
    const text = here(code);
    if (language === 'sh' && !text.startsWith('npm ci') && !text.startsWith('rm ')) {
      const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', text], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      t.equal(status, 0, `${code.split('\n')[0]} … ${stderr.slice(-300)}`);
      outputs.push(stdout);
    } else if (language === 'json') {
      const { event_id, created_at, ...said } = JSON.parse(text);
      const { event_id: id, created_at: at, ...real } = JSON.parse(outputs.at(-1) ?? '{}');
      t.ok(event_id && created_at && id && at);
      t.match(real.probability.toFixed(6), said.probability.toFixed(6));
      t.same({ ...real, probability: 0 }, { ...said, probability: 0 });
    } else if (
      language === 'ts' ||
      (language === 'python' && spawnSync('python3', ['--version']).status === 0)
    ) {
      const file = join(t.testdirName, language === 'ts' ? 'call.mts' : 'call.py');
      writeFileSync(file, text);
      const [program, ...args] =
        language === 'ts'
          ? [process.execPath, '--import', '@tristore/common/typescript.mjs', file]
          : ['python3', file];
      t.match(
        execFileSync(program as string, args, { cwd: ROOT, encoding: 'utf8' }),
        /^[0-9a-f-]{36} 0\.\d+/,
        language,
      );
    }
  }
  t.match(outputs.join(''), /"accepted":1/);
  t.match(outputs.at(-2), /"reasons":\["/);
  t.match(outputs.at(-1), /"code":"client_not_found"/);
  t.equal(await launched.stop(), 0);
  const clean = blocksOf(readFileSync(join(ROOT, 'README.md'), 'utf8')).find(({ code }) =>
    code.startsWith('rm '),
  );
  execFileSync('bash', ['-c', here(clean?.code ?? 'false')]);
  t.throws(() => readFileSync(join(dataDir, 'api-key')), 'nothing is left');
});
