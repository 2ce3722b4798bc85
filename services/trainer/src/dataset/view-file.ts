import { readFile } from 'node:fs/promises';
import {
  ColumnDtype,
  ColumnName,
  DerivedColumn,
  FeatureValue,
  MissingPolicy,
  Name,
} from '@tristore/common/contracts/feature-view.ts';
import { ReasonText } from '@tristore/common/contracts/manifest.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { parserOf } from '@tristore/common/validate.ts';
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1 });

/** What is known of one column; whatever is left out is inferred from the data. */
const ColumnNote = Type.Object(
  {
    dtype: Type.Optional(ColumnDtype),
    description: Type.Optional(Text),
    unit: Type.Optional(Text),
    range: Type.Optional(
      Type.Object({ min: Type.Optional(Type.Number()), max: Type.Optional(Type.Number()) }, closed),
    ),
    on_missing: Type.Optional(MissingPolicy),
    default: Type.Optional(FeatureValue),
    protected: Type.Optional(Type.Boolean()),
  },
  closed,
);

/** The optional JSON beside the data: what a CSV cannot say. */
export const ViewFile = Type.Object(
  {
    name: Type.Optional(Name),
    entity: Type.Optional(Name),
    description: Type.Optional(Text),
    freshness_seconds: Type.Optional(Type.Integer({ minimum: 1 })),
    exclude: Type.Optional(
      Type.Array(Type.String(), { description: 'columns of the file that are left out of the view' }),
    ),
    columns: Type.Optional(Type.Record(Type.String(), ColumnNote)),
    derived: Type.Optional(Type.Array(DerivedColumn)),
    reasons: Type.Optional(
      Type.Record(ColumnName, ReasonText, { description: 'feature -> adverse-action texts' }),
    ),
    target: Type.Optional(Type.Object({ positive: Text, negative: Text }, closed)),
    model: Type.Optional(
      Type.Object(
        {
          description: Type.Optional(Text),
          intended_use: Type.Optional(Text),
          limitations: Type.Optional(Type.Array(Text)),
          data_source: Type.Optional(Text),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type ViewFile = Static<typeof ViewFile>;
export type ColumnNote = Static<typeof ColumnNote>;

const parse = parserOf(ViewFile, 'view file');

/** Reads the view file; without a path, an empty one. @throws StartupError, SchemaError */
export async function readViewFile(path: string | undefined): Promise<ViewFile> {
  if (path === undefined) return {};
  let data: unknown;
  try {
    data = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new StartupError(`--view: ${path} cannot be read (${(error as Error).message})`);
  }
  return parse(data);
}
