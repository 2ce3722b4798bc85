import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { StartupError } from '@tristore/common/errors.ts';
import { openDuckDbQuery } from '@tristore/common/evaluation-store/duckdb-query.ts';
import { QueryError } from '@tristore/common/evaluation-store/evaluation-query.ts';
import { BUCKETS } from '@tristore/common/resources.ts';
import { runMain } from '@tristore/common/serve.ts';
import { DEFAULT_DATA_FOLDER } from './data-folder.ts';
import { renderTable } from './render-table.ts';

const USAGE = `npm run query -- [options] ["select …"]        SQL on the local evaluation store

  --data DIR   where the system keeps everything  (${DEFAULT_DATA_FOLDER})
  --json       print an array of rows
  --help       this text

Views: predictions, shadow_predictions, outcomes, predictions_with_outcomes. Without a statement it shows the ten
latest predictions. It only reads, also while the system runs; a record arrives up to a minute after its answer.
`;

const LATEST = `select created_at as time, entity_id as client, model_name as model, model_version as version, route,
  probability, prediction, event_id
from predictions order by created_at desc, event_id desc limit 10`;

const NOTHING_YET =
  'no prediction has arrived yet: records come up to a minute after their answer, and all of them when npm start ends';

function readOptions(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        data: { type: 'string', default: DEFAULT_DATA_FOLDER },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (positionals.length > 1)
      throw new StartupError(`one statement, in quotes; got ${positionals.length} arguments`);
    return { ...values, sql: positionals[0] };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`${(error as Error).message.split('. ')[0]}; see npm run query -- --help`);
  }
}

// whoever reads may have seen enough: `npm run query … | head`
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

await runMain('query', async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const store = await openDuckDbQuery(join(options.data, 's3', BUCKETS.evaluation));
  try {
    if (!existsSync(options.data))
      process.stderr.write(
        `query: there is no ${options.data} yet: npm start makes it, --data names another\n`,
      );
    const rows = await store.query(options.sql ?? LATEST);
    if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else if (rows.length > 0) process.stdout.write(`${renderTable(rows)}\n`);
    else process.stdout.write(`${options.sql === undefined ? NOTHING_YET : 'no rows'}\n`);
  } catch (error) {
    throw error instanceof QueryError ? new StartupError(error.message) : error;
  } finally {
    await store.close();
  }
});
