import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { StartupError } from '@tristore/common/errors.ts';
import { runMain } from '@tristore/common/serve.ts';
import { fitShape } from './fit/fit.ts';
import { readClients } from './fit/read-clients.ts';

const USAGE = `Usage: npm run synthetic:fit -- --data FILE [--out FILE]

Fits the shape from which "npm run synthetic" draws clients: counts, quantiles and covariances of groups of clients.
The same file gives the same bytes.

  --data FILE   the file "default of credit card clients" as CSV
  --out FILE    where the shape goes (services/local/src/demo/credit-default-shape.json)
  --help        this text
`;

await runMain('synthetic:fit', async () => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      out: {
        type: 'string',
        default: fileURLToPath(new URL('credit-default-shape.json', import.meta.url)),
      },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (!values.data) throw new StartupError('--data missing (--help lists the options)');
  const shape = fitShape(await readClients(values.data));
  await writeFile(values.out, `${JSON.stringify(shape)}\n`);
  process.stdout.write(`${values.out}: the shape of ${shape.rows} clients\n`);
});
