import { EVALUATION_TABLES, PARTITION_COLUMNS } from '../resources.ts';

export const VIEW_NAMES = [
  'predictions',
  'shadow_predictions',
  'outcomes',
  'predictions_with_outcomes',
] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

export interface View {
  name: ViewName;
  /** Every column, in order. */
  columns: readonly string[];
  /** `CREATE OR REPLACE VIEW …`, as DuckDB, Trino and Athena all read it. */
  sql: string;
  /** The same without its first line: what Athena keeps of it. */
  select: string;
}

const namesOf = (columns: readonly { name: string }[]) => columns.map(({ name }) => name);
const partition = namesOf(PARTITION_COLUMNS);
const PREDICTION = [...namesOf(EVALUATION_TABLES.prediction_records.columns), ...partition];
const OUTCOME = [...namesOf(EVALUATION_TABLES.outcome_records.columns), ...partition];
/** What an outcome adds to its prediction; null while it is not known. */
const LABEL = ['outcome', 'observed_at', 'received_at', 'source'];

const list = (columns: readonly string[], table?: string) =>
  columns.map((name) => `${table ? `${table}.` : ''}"${name}"`).join(', ');

/** The first of several is the latest told; what was told in the same millisecond still has one order everywhere. */
const LATEST = 'received_at desc, observed_at desc nulls last, outcome desc nulls last';

/** At least once means that copies are alike; dt and hour lead the partition so that a filter on them prunes. */
const distinctRecords = (records: string, filter: string) => `select ${list(PREDICTION)}
from (
  select ${list(PREDICTION)},
    row_number() over (partition by dt, hour, event_id, model_version, route order by created_at) as copy
  from ${records}
  where ${filter}
) numbered
where copy = 1`;

const latestOutcomes = (records: string) => `select ${list(OUTCOME)}
from (
  select ${list(OUTCOME)},
    row_number() over (
      partition by event_id, case when event_id is null then reference end order by ${LATEST}
    ) as age
  from ${records}
  where event_id is not null or reference is not null
) numbered
where age = 1`;

const withOutcomes = (predictions: string, outcomes: string) => `with carriers as (
  select event_id, reference,
    row_number() over (partition by reference order by created_at desc, event_id desc) as age
  from ${predictions}
  where reference is not null
), labels as (
  select event_id, ${list(LABEL)} from ${outcomes} where event_id is not null
  union all
  select carriers.event_id, ${list(LABEL, 'told')}
  from ${outcomes} told join carriers on told.reference = carriers.reference
  where told.event_id is null and carriers.age = 1
), latest as (
  select event_id, ${list(LABEL)}, row_number() over (partition by event_id order by ${LATEST}) as age
  from labels
)
select ${list(PREDICTION, 'answer')}, ${list(LABEL, 'latest')}
from ${predictions} answer
left join latest on latest.event_id = answer.event_id and latest.age = 1`;

/**
 * The evaluation store's views, in the order in which they can be created. One text serves DuckDB, Trino and Athena:
 * it uses nothing that they read differently.
 *
 * @param schema where tables and views live, such as `hive.default`; without it the session's own
 */
export function evaluationViews(schema?: string): View[] {
  const at = (name: string) => (schema ? `${schema}.${name}` : name);
  const view = (name: ViewName, columns: readonly string[], select: string): View => ({
    name,
    columns,
    sql: `create or replace view ${at(name)} as\n${select}`,
    select,
  });
  return [
    view('predictions', PREDICTION, distinctRecords(at('prediction_records'), "route <> 'shadow'")),
    view('shadow_predictions', PREDICTION, distinctRecords(at('prediction_records'), "route = 'shadow'")),
    view('outcomes', OUTCOME, latestOutcomes(at('outcome_records'))),
    view(
      'predictions_with_outcomes',
      [...PREDICTION, ...LABEL],
      withOutcomes(at('predictions'), at('outcomes')),
    ),
  ];
}
