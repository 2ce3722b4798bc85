import Table from 'cli-table3';

function cell(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Rows as a table for the terminal, one line a row; numbers to the right. */
export function renderTable(rows: readonly Record<string, unknown>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const isNumber = (name: string) => rows.some((row) => typeof row[name] === 'number');
  const table = new Table({
    head: names,
    colAligns: names.map((name) => (isNumber(name) ? 'right' : 'left')),
    // plain text, so that it can be piped; terminals colour nothing that a reader needs
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(names.map((name) => cell(row[name])));
  return table.toString();
}
