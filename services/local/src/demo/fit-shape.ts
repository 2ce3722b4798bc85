import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { StartupError } from '@tristore/common/errors.ts';
import { runMain } from '@tristore/common/run-main.ts';
import { cannotWrite, readOptions } from './command-line.ts';
import { bytesOf, fitShape } from './fit/fit.ts';
import { readClients } from './fit/read-clients.ts';

const USAGE = `Usage: npm run synthetic:fit -- --data FILE [--out FILE]

Fits the shape from which "npm run synthetic" draws clients: counts, quantiles and covariances of groups of clients.
The same file gives the same bytes.

  --data FILE   the file "default of credit card clients" as CSV
  --out FILE    where the shape goes (services/local/src/demo/credit-default-shape.json)
  --help        this text
`;

const text = { type: 'string' } as const;
const OPTIONS = {
  data: text,
  out: { ...text, default: fileURLToPath(new URL('credit-default-shape.json', import.meta.url)) },
  help: { type: 'boolean', default: false },
} as const;

await runMain('synthetic:fit', async () => {
  const { data, out, help } = readOptions(OPTIONS);
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  if (!data) throw new StartupError('--data missing (--help lists the options)');
  const shape = fitShape(await readClients(data));
  await writeFile(out, bytesOf(shape)).catch(cannotWrite);
  process.stdout.write(`${out}: the shape of ${shape.rows} clients\n`);
});
