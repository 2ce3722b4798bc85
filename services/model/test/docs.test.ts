import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';

t.setTimeout(180_000);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = readFileSync(new URL('../../../docs/model-server.md', import.meta.url), 'utf8');
const PYTHON = process.env['TRITON_PYTHON'] ?? 'python3';

const blocks = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
  language,
  code,
}));

/** The page's own command starts the server, on a port that is free. */
async function start(t: Test, command: string) {
  const child = spawn('bash', ['-c', `exec env ${command}`], {
    cwd: ROOT,
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', TF_CPP_MIN_LOG_LEVEL: '1' },
  });
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    return (await ended)[0];
  };
  t.teardown(stop);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  for (;;) {
    const host = /Server listening at http:\/\/([^"]+)/.exec(said)?.[1];
    if (host) return { host, stop };
    if (child.exitCode !== null) throw new Error(`it ended: ${said}`);
    await Promise.race([ended, once(child.stdout, 'data')]);
  }
}

/** Other backends answer within 1e-5. */
const rounded = (json: string): unknown =>
  JSON.parse(json, (_key, value) => (typeof value === 'number' ? Number(value.toFixed(5)) : value));

t.test('every command of the page works, and its answers are the real ones', async (t) => {
  const [first, ...rest] = blocks;
  const { host, stop } = await start(t, first?.code.trim() ?? '');
  const here = (code: string) => code.replaceAll('localhost:8080', host);
  let variables = '';
  let answer = '';
  let commands = 0;
  for (const { language, code } of rest) {
    if (language === 'json') t.strictSame(rounded(answer), rounded(code));
    // a test of its own, or minutes of measuring
    if (language === 'sh' && !/^(npx tap|npm run bench)/.test(code)) {
      const { status, stdout, stderr } = spawnSync(
        'bash',
        ['-e', '-o', 'pipefail', '-c', variables + here(code)],
        { cwd: ROOT, encoding: 'utf8' },
      );
      t.equal(status, 0, `${code} ${stderr}`);
      t.ok(stdout.length > 5, code);
      answer = stdout;
      variables += code.match(/^[A-Z]+=.*\n/gm)?.join('') ?? '';
      commands++;
    }
    if (language === 'python') {
      const text = `import sys\ntry:\n  import tritonclient.http\nexcept ImportError:\n  sys.exit(77)\n${here(code)}`;
      const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', text], { encoding: 'utf8' });
      if (status === 77 || status === null) t.comment(`${PYTHON} has no tritonclient[http]: skipped`);
      else t.match(stdout, /^\[\[0\.\d+\]\]\n$/, stderr);
    }
  }
  t.ok(commands >= 8, `${commands} commands`);
  t.equal(await stop(), 0);
});
