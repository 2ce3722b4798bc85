import { basename } from 'node:path';
import type { Options } from '../options.ts';
import { DEFAULTS } from '../train/parameters.ts';

const quote = (word: string): string =>
  /^[\w./:=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The command that trains this version again, with the backend that was used; files by their base names. */
export function commandOf(options: Options, backend: string): string {
  const words = ['--data', basename(options.data), '--target', options.target, '--id', options.id];
  words.push('--name', options.name);
  if (options.view) words.push('--view', basename(options.view));
  words.push('--seed', String(options.seed), '--backend', backend);
  if (options.folds) words.push('--cv', String(options.folds));
  if (options.epochs !== DEFAULTS.epochs) words.push('--epochs', String(options.epochs));
  return `npm run train -- ${words.map(quote).join(' ')}`;
}
