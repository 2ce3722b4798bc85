import Table from 'cli-table3';
import type { Estimate } from './estimate.ts';
import type { Basis } from './line.ts';
import { ASSUMED } from './load.ts';
import { PRICES_AS_OF } from './prices.ts';

const dollars = (usd: number) => usd.toFixed(2);

/** Enough digits to reckon with, and no more. */
function amount(number: number): string {
  const digits = Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 1 ? 2 : 4;
  return number.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
/** Prices are small: four digits that count. */
const price = (number: number) => String(Number(number.toPrecision(4)));

// plain text, so that it can be piped
const tableOf = (head: string[], colAligns: ('left' | 'right')[]) =>
  new Table({ head, colAligns, style: { head: [], border: [], compact: true } });

const verdict = (needed: number, limit: number, raise: string) =>
  needed <= limit ? 'ok' : raise === 'setting' ? 'raise the setting' : 'ask for more';

/** An estimate as tables, with what it takes for granted. */
export function reportText({ stage, region, load, tasks: { orchestrator } }: Basis, found: Estimate): string {
  const table = tableOf(
    ['service', 'for', 'quantity', 'unit', 'USD each', 'USD a month'],
    ['left', 'left', 'right', 'left', 'right', 'right'],
  );
  for (const { service, what, quantity, unit, price: each, usd, unsure } of found.lines)
    table.push([service, what, amount(quantity), unit, `${price(each)}${unsure ? ' ?' : ''}`, dollars(usd)]);
  table.push(['', 'total', '', '', '', dollars(found.total)]);
  const quotas = tableOf(['quota', 'limit', 'needed', ''], ['left', 'right', 'right', 'left']);
  for (const { quota, limit, needed, raise } of found.quotas)
    quotas.push([quota, amount(limit), amount(needed), verdict(needed, limit, raise)]);
  const { tasks } = found;
  const { cpuPercent } = stage.orchestrator;
  return `Tristore ${stage.name} in ${region}, ${load.rps} predictions a second for ${load.hoursPerDay} hours a day,
each with a record of ${load.recordBytes} bytes and later an outcome (${ASSUMED.outcomesPerRequest} to a request); ${load.clients.toLocaleString('en-US')} clients, each written once a day.
Tasks under load: ${tasks.orchestrator} orchestrator, ${tasks.model} model server, at ${cpuPercent} % of CPU${
    orchestrator.needed > orchestrator.tasks ? ' (held back by maxTasks)' : ''
  }.

${table}

List prices as written down on ${PRICES_AS_OF}, in US dollars, without tax, free tier and discounts; "?" marks those to look up first.
Taken for granted: a row of ${ASSUMED.rowBytes} bytes, Parquet at ${ASSUMED.compression * 100} % of JSON, records kept as the stage says or ${ASSUMED.keptMonths} months,
and no idempotency keys, shadows, batches or metrics of Container Insights. infra/commands/cost/load.ts holds all of it.

Quotas of an account in which nothing was raised:

${quotas}
`;
}
