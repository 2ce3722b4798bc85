import { EVALUATION_TABLES, type GlueType, PARTITION_COLUMNS } from '../resources.ts';
import type { View } from './views.ts';

/** A column that two tables have is of one type in both. */
const TYPES = new Map<string, GlueType>([
  ...Object.values(EVALUATION_TABLES).flatMap(({ columns }) =>
    columns.map(({ name, type }): [string, GlueType] => [name, type]),
  ),
  ...PARTITION_COLUMNS.map(({ name, type }): [string, GlueType] => [name, type]),
]);

/** A view's columns with their types, in order. */
export function viewColumns(view: View): { name: string; type: GlueType }[] {
  return view.columns.map((name) => {
    const type = TYPES.get(name);
    if (!type) throw new Error(`${view.name}: no table has a column ${name}`);
    return { name, type };
  });
}
