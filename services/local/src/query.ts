import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { StartupError } from '@tristore/common/errors.ts';
import { QueryError } from '@tristore/common/evaluation-store/evaluation-query.ts';
import { BUCKETS } from '@tristore/common/resources.ts';
import { runMain } from '@tristore/common/run-main.ts';
import { DEFAULT_DATA_FOLDER } from './data-folder.ts';
import { EMULATOR } from './local-aws.ts';
import { renderTable } from './render-table.ts';

const USAGE = `npm run query -- [options] ["select …"]        SQL on the local evaluation store

  --data DIR      where the system keeps everything  (${DEFAULT_DATA_FOLDER})
  --compose       the records of docker compose up, in its emulator's S3
  --endpoint URL  with --compose: where the emulator is  (${EMULATOR})
  --json          print an array of rows
  --help          this text

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
        data: { type: 'string' },
        compose: { type: 'boolean', default: false },
        endpoint: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (positionals.length > 1)
      throw new StartupError(`one statement, in quotes; got ${positionals.length} arguments`);
    const { data = DEFAULT_DATA_FOLDER, endpoint = EMULATOR } = values;
    if (values.compose && values.data) throw new StartupError('--data and --compose: one of the two');
    if (values.endpoint && !values.compose) throw new StartupError('--endpoint goes with --compose');
    if (!URL.canParse(endpoint)) throw new StartupError(`--endpoint: ${JSON.stringify(endpoint)} is no URL`);
    return { ...values, data, endpoint, sql: positionals[0] };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`${(error as Error).message.split('. ')[0]}; see npm run query -- --help`);
  }
}

/** The store of `docker compose up`, which alone needs an S3 client. */
async function mirrored(endpoint: string) {
  const { openMirroredStore } = await import('./compose/mirrored-store.ts');
  return openMirroredStore(endpoint);
}

/** The store of `npm start`, read where it lies. */
function storeIn(data: string): { root: string; close: () => Promise<void> } {
  if (!existsSync(data))
    process.stderr.write(`query: there is no ${data} yet: npm start makes it, --data names another\n`);
  return { root: join(data, 's3', BUCKETS.evaluation), close: async () => {} };
}

// the SDK's reminder that Node 20 ends is for who deploys; set before a client is made
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

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
  const { root, close } = options.compose ? await mirrored(options.endpoint) : storeIn(options.data);
  const { openDuckDbQuery } = await import('@tristore/common/evaluation-store/duckdb-query.ts');
  const store = await openDuckDbQuery(root);
  try {
    const rows = await store.query(options.sql ?? LATEST);
    if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else if (rows.length > 0) process.stdout.write(`${renderTable(rows)}\n`);
    else process.stdout.write(`${options.sql === undefined ? NOTHING_YET : 'no rows'}\n`);
  } catch (error) {
    throw error instanceof QueryError ? new StartupError(error.message) : error;
  } finally {
    await store.close();
    await close();
  }
});
