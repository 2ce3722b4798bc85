import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ran {
  code: number;
  out: string;
  err: string;
  /** What was called of the stand-ins, a line each. */
  calls: string[];
}

/**
 * Runs a script of `infra/delivery` with stand-ins for the programs that reach out: each is the body of a shell script
 * with the arguments in `$*`.
 */
export function scriptRunner(t: Test, programs: Record<string, string>) {
  // not t.testdir(): tests have one for themselves
  const folder = mkdtempSync(join(tmpdir(), 'tristore-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'calls');
  writeFileSync(log, '');
  for (const [name, body] of Object.entries(programs)) {
    const file = join(folder, name);
    writeFileSync(file, `#!/usr/bin/env bash\necho "${name} $*" >>"${log}"\n${body}\n`);
    chmodSync(file, 0o755);
  }
  return (script: string, args: readonly string[], environment: Record<string, string> = {}) =>
    new Promise<Ran>((resolve) => {
      const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}`, ...environment };
      const file = join(ROOT, 'infra/delivery', script);
      execFile('bash', [file, ...args], { cwd: ROOT, env, timeout: 60_000 }, (error, out, err) => {
        const calls = readFileSync(log, 'utf8').split('\n').filter(Boolean);
        resolve({ code: error ? Number(error.code) : 0, out, err, calls });
      });
    });
}
