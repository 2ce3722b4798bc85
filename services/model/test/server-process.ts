import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The server as a process of its own. */
export function start(t: Test, environment: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', MAIN], {
    // the native library would log about its instruction set
    env: {
      ...process.env,
      TF_CPP_MIN_LOG_LEVEL: '1',
      HOST: '127.0.0.1',
      PORT: '0',
      SERVICE_KEY: 'secret',
      ...environment,
    },
  });
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = once(child, 'close');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const listening = async (): Promise<string> => {
    for (;;) {
      const address = /Server listening at (http:[^"]+)/.exec(said.out)?.[1];
      if (address) return address;
      if (child.exitCode !== null) throw new Error(`it ended: ${said.err}`);
      await Promise.race([ended, once(child.stdout ?? child, 'data')]);
    }
  };
  return { child, said, ended, listening };
}
