import { createInterface } from 'node:readline/promises';
import type { Terminal } from './run-command.ts';

/** The terminal that this process was started from. */
export const terminal: Terminal = {
  write(text) {
    process.stdout.write(text);
  },
  async ask(question) {
    if (!process.stdin.isTTY) return undefined;
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  },
};
