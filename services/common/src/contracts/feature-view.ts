import { type Static, Type } from 'typebox';

/** Names of views, models and entities: they become parts of keys and paths. */
export const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' });

/** Names of columns and features. */
export const ColumnName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.]{0,127}$' });

export const FeatureValue = Type.Union([Type.Number(), Type.String(), Type.Boolean()]);
export type FeatureValue = Static<typeof FeatureValue>;

/** Column name to stored or requested value; `null` is the same as absent. */
export const FeatureValues = Type.Record(
  Type.String(),
  Type.Union([Type.Number(), Type.String({ maxLength: 1024 }), Type.Boolean(), Type.Null()]),
);
export type FeatureValues = Static<typeof FeatureValues>;

export const ColumnDtype = Type.Union(
  [Type.Literal('double'), Type.Literal('integer'), Type.Literal('boolean'), Type.Literal('string')],
  {
    description: 'string columns are categorical: a word becomes its index in the vocabulary of the manifest',
  },
);

/** What happens at prediction time when neither store nor request has the column. */
export const MissingPolicy = Type.Union(
  [Type.Literal('required'), Type.Literal('default'), Type.Literal('indicator')],
  {
    description:
      'required: no prediction without it; default: the default stands in; indicator: the default stands in and a second input <column>__missing is 1',
  },
);

export const Column = Type.Object(
  {
    name: ColumnName,
    dtype: ColumnDtype,
    description: Type.Optional(Type.String()),
    unit: Type.Optional(Type.String()),
    range: Type.Optional(
      Type.Object(
        { min: Type.Optional(Type.Number()), max: Type.Optional(Type.Number()) },
        { additionalProperties: false },
      ),
    ),
    on_missing: MissingPolicy,
    default: Type.Optional(FeatureValue),
    protected: Type.Optional(
      Type.Boolean({ description: 'kept for fairness slices, never an input of the model' }),
    ),
  },
  { additionalProperties: false },
);
export type Column = Static<typeof Column>;

const derived = { name: ColumnName, description: Type.Optional(Type.String()) };
const one = { inputs: Type.Array(ColumnName, { minItems: 1, maxItems: 1 }) };
const two = { inputs: Type.Array(ColumnName, { minItems: 2, maxItems: 2 }) };
const many = { inputs: Type.Array(ColumnName, { minItems: 1 }) };
const closed = { additionalProperties: false };

/** The closed set of derived columns: data, no code. Semantics in features/derive.ts. */
export const DerivedColumn = Type.Union([
  Type.Object(
    {
      ...derived,
      op: Type.Literal('ratio'),
      ...two,
      absolute: Type.Optional(
        Type.Boolean({ description: 'divide by the absolute value of the denominator' }),
      ),
      offset: Type.Optional(Type.Number({ description: 'added to the denominator' })),
    },
    closed,
  ),
  Type.Object({ ...derived, op: Type.Literal('difference'), ...two }, closed),
  Type.Object({ ...derived, op: Type.Literal('sum'), ...many }, closed),
  Type.Object({ ...derived, op: Type.Literal('mean'), ...many }, closed),
  Type.Object({ ...derived, op: Type.Literal('min'), ...many }, closed),
  Type.Object({ ...derived, op: Type.Literal('max'), ...many }, closed),
  Type.Object({ ...derived, op: Type.Literal('count_above'), ...many, threshold: Type.Number() }, closed),
  Type.Object({ ...derived, op: Type.Literal('log1p'), ...one }, closed),
]);
export type DerivedColumn = Static<typeof DerivedColumn>;

export const FeatureView = Type.Object(
  {
    name: Name,
    entity: Name,
    description: Type.Optional(Type.String()),
    freshness_seconds: Type.Optional(
      Type.Integer({ minimum: 1, description: 'values whose event_time is older count as missing' }),
    ),
    cache_ttl_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        description:
          'for how long a replica may answer with a row that it read before; without it every row is read',
      }),
    ),
    columns: Type.Array(Column, { minItems: 1 }),
    derived: Type.Array(DerivedColumn),
  },
  { additionalProperties: false },
);
export type FeatureView = Static<typeof FeatureView>;
