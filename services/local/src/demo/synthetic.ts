import { writeFile } from 'node:fs/promises';
import { runMain } from '@tristore/common/run-main.ts';
import { type SyntheticClient, syntheticClients } from './clients.ts';
import { COLUMNS, ID, TARGET } from './columns.ts';
import { cannotWrite, integerOption, readOptions } from './command-line.ts';

const USAGE = `Usage: npm run synthetic -- [--rows N] [--seed S] [--out FILE]

Writes synthetic clients of the credit-card view as CSV, with the columns of the real file.

  --rows N     how many, up to 1,000,000 (500)
  --seed S     the same seed gives the same clients (1, the one that "npm start" loads)
  --out FILE   where to (standard output)
  --help       this text
`;

const text = { type: 'string' } as const;
const OPTIONS = {
  rows: { ...text, default: '500' },
  seed: { ...text, default: '1' },
  out: text,
  help: { type: 'boolean', default: false },
} as const;

function csvOf(clients: readonly SyntheticClient[]): string {
  const header = [ID, ...COLUMNS, TARGET].join(',');
  const rows = clients.map(({ id, values, label }) =>
    [id, ...COLUMNS.map((column) => values[column]), label].join(','),
  );
  return `${[header, ...rows].join('\n')}\n`;
}

await runMain('synthetic', async () => {
  const { rows, seed, out, help } = readOptions(OPTIONS);
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  const csv = csvOf(
    syntheticClients(integerOption('rows', rows, 1, 1_000_000), integerOption('seed', seed, 0, 2 ** 31 - 1)),
  );
  if (!out) process.stdout.write(csv);
  else {
    await writeFile(out, csv).catch(cannotWrite);
    process.stdout.write(`${out}: ${rows} synthetic clients\n`);
  }
});
