import { StartupError } from '../errors.ts';
import type { EvaluationQuery } from './evaluation-query.ts';

/** An engine that is opened by the first question: most processes ask none, and engines are large. */
function opensLate(open: () => Promise<EvaluationQuery>): EvaluationQuery {
  let opened: Promise<EvaluationQuery> | undefined;
  const engine = () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    query: async (sql, options) => (await engine()).query(sql, options),
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

async function openAthena(workgroup: string, database: string): Promise<EvaluationQuery> {
  const { AthenaClient } = await import('@aws-sdk/client-athena');
  const { AthenaQuery } = await import('./athena-query.ts');
  const client = new AthenaClient({
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  return new AthenaQuery({ client, workgroup, database });
}

async function openFolder(folder: string): Promise<EvaluationQuery> {
  const { openDuckDbQuery } = await import('./duckdb-query.ts');
  return openDuckDbQuery(folder);
}

/**
 * The evaluation store that `athena://workgroup/database` or a folder of partitions names. Region, credentials and
 * endpoint are the SDK's own business.
 * @throws StartupError
 */
export function openEvaluationQuery(location: string): EvaluationQuery {
  if (location.startsWith('athena:')) {
    const [, workgroup, database] = /^athena:\/\/([\w.-]{1,128})\/([\w-]{1,255})$/.exec(location) ?? [];
    if (!workgroup || !database)
      throw new StartupError(`EVALUATION_STORE: ${location} is not athena://workgroup/database`);
    return opensLate(() => openAthena(workgroup, database));
  }
  if (/^[a-z0-9]+:/i.test(location))
    throw new StartupError(
      `EVALUATION_STORE: ${location} is neither a folder nor athena://workgroup/database`,
    );
  if (!hasDuckDb())
    throw new StartupError('EVALUATION_STORE: a folder needs @duckdb/node-api, which is not installed here');
  return opensLate(() => openFolder(location));
}

function hasDuckDb(): boolean {
  try {
    import.meta.resolve('@duckdb/node-api');
    return true;
  } catch {
    return false;
  }
}
