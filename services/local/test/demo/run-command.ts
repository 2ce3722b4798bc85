import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program of `src/demo` to its end. */
export function runCommand(file: string, args: string[]): Promise<Finished> {
  const path = fileURLToPath(new URL(`../../src/demo/${file}`, import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', '@tristore/common/typescript.mjs', path, ...args],
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });
}
