import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openDuckDbQuery } from '@tristore/common/evaluation-store/duckdb-query.ts';
import type { EvaluationQuery } from '@tristore/common/evaluation-store/evaluation-query.ts';
import type { Test } from 'tap';

interface Execution {
  looks: number;
  state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  why?: string;
  category?: number;
  columns: { Name: string; Type: string }[];
  /** The header is the first row, as in Athena. */
  rows: { Data: { VarCharValue?: string }[] }[];
}

/** Names of DuckDB's types as Athena tells them. */
function athenaType(type: string): string {
  if (type.endsWith('[]')) return 'array';
  const [name = ''] = type.split('(');
  const names: Record<string, string> = {
    INTEGER: 'integer',
    'TIMESTAMP WITH TIME ZONE': 'timestamp with time zone',
  };
  return names[name] ?? name.toLowerCase();
}

/** A value as Athena prints it: maps and lists without quotes, JSON as JSON. */
function printed(value: unknown, type: string): string {
  if (type === 'json') return JSON.stringify(value);
  if (type === 'timestamp with time zone') return `${value} UTC`;
  if (type === 'array') return `[${(value as unknown[]).join(', ')}]`;
  if (type !== 'map') return String(value);
  return `{${Object.entries(value as object)
    .map(([key, held]) => `${key}=${held}`)
    .join(', ')}}`;
}

async function execute(duckDb: EvaluationQuery, sql: string): Promise<Execution> {
  const done: Execution = { looks: 0, state: 'SUCCEEDED', columns: [], rows: [] };
  try {
    const described = await duckDb.query(`describe ${sql}`);
    done.columns = described.map((row) => ({
      Name: String(row['column_name']),
      Type: athenaType(String(row['column_type'])),
    }));
    const cells = (row: Record<string, unknown>) =>
      done.columns.map(({ Name, Type }) =>
        row[Name] === null ? {} : { VarCharValue: printed(row[Name], Type) },
      );
    done.rows = [
      { Data: done.columns.map(({ Name }) => ({ VarCharValue: Name })) },
      ...(await duckDb.query(sql)).map((row) => ({ Data: cells(row) })),
    ];
  } catch (error) {
    Object.assign(done, { state: 'FAILED', why: `${(error as Error).message}\nQuery Id: x`, category: 2 });
  }
  return done;
}

/**
 * Athena's JSON protocol over a folder, with DuckDB in Trino's place. A query is queued at the first look, runs at the
 * second and is done at the third.
 */
export async function startAthena(t: Test, root: string, { pageSize = 1000 } = {}) {
  const duckDb = await openDuckDbQuery(root);
  const executions = new Map<string, Execution>();
  const calls: { operation: string; input: Record<string, unknown> }[] = [];
  const control: { never: boolean; fault?: { status: number; type: string; message: string } | undefined } = {
    never: false,
  };

  const answer = async (operation: string, input: Record<string, string>) => {
    if (operation === 'StartQueryExecution') {
      const id = randomUUID();
      executions.set(id, await execute(duckDb, input['QueryString'] ?? ''));
      return { QueryExecutionId: id };
    }
    const id = input['QueryExecutionId'] ?? '';
    const execution = executions.get(id);
    if (!execution) throw new Error(`there is no query ${id}`);
    if (operation === 'StopQueryExecution') {
      execution.state = 'CANCELLED';
      return {};
    }
    if (operation === 'GetQueryExecution') {
      const look = control.never ? 1 : execution.looks++;
      const State = ['QUEUED', 'RUNNING'][look] ?? execution.state;
      const AthenaError = execution.category && { ErrorCategory: execution.category };
      return { QueryExecution: { Status: { State, StateChangeReason: execution.why, AthenaError } } };
    }
    const from = Number(input['NextToken'] ?? 0);
    const to = from + pageSize;
    return {
      ResultSet: {
        Rows: execution.rows.slice(from, to),
        ResultSetMetadata: { ColumnInfo: execution.columns },
      },
      ...(to < execution.rows.length && { NextToken: String(to) }),
    };
  };

  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('AmazonAthena.', '');
    const input = JSON.parse(Buffer.concat(await request.toArray()).toString());
    calls.push({ operation, input });
    const { fault } = control;
    const [status, body] = fault
      ? [fault.status, { __type: fault.type, message: fault.message }]
      : [200, await answer(operation, input)];
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    server.close();
    server.closeAllConnections();
    await duckDb.close();
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, calls, control, executions };
}
