import type { EvaluationTableName } from '@tristore/common/resources.ts';

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is what CloudFormation says
  Properties: any;
}

interface Column {
  Name: string;
  Type: string;
  Comment?: string;
}

/** What Athena reads of a view, out of its text's base64. */
export interface ViewDefinition {
  originalSql: string;
  catalog: string;
  schema: string;
  columns: { name: string; type: string }[];
}

const VIEW_TEXT = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/;

/** Does what CloudFormation does with the functions that the evaluation store's resources use. */
function resolver(refs: (id: string) => string) {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (value === null || typeof value !== 'object') return value;
    const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
    if (!more.length && name === 'Ref') return refs(String(argument));
    if (!more.length && name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(resolve).join(separator);
    }
    if (!more.length && name === 'Fn::Base64')
      return Buffer.from(String(resolve(argument)), 'utf8').toString('base64');
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
  };
  return resolve;
}

/**
 * The evaluation store's tables, views and named queries, parsed back from a template.
 * @param names what CloudFormation would have called the bucket and the database
 */
export function synthesisedStore(
  template: { Resources?: Record<string, Resource> },
  names: { bucket: string; database: string },
) {
  const resources = template.Resources ?? {};
  const resolve = resolver((id) => {
    const type = resources[id]?.Type;
    if (type === 'AWS::S3::Bucket') return names.bucket;
    if (type === 'AWS::Glue::Database') return names.database;
    return id;
  });
  const of = (type: string) =>
    Object.values(resources)
      .filter(({ Type }) => Type === type)
      // biome-ignore lint/suspicious/noExplicitAny: as above
      .map(({ Properties }) => resolve(Properties) as any);
  const described = of('AWS::Glue::Table').map(({ TableInput }) => TableInput);
  return {
    tables: described
      .filter(({ TableType }) => TableType === 'EXTERNAL_TABLE')
      .map((table) => ({
        name: table.Name as EvaluationTableName,
        columns: table.StorageDescriptor.Columns as Column[],
        partitions: table.PartitionKeys as Column[],
        parameters: table.Parameters as Record<string, string>,
        location: table.StorageDescriptor.Location as string,
      })),
    views: described
      .filter(({ TableType }) => TableType === 'VIRTUAL_VIEW')
      .map((view) => ({
        name: view.Name as string,
        tableType: view.TableType as string,
        parameters: view.Parameters as Record<string, string>,
        columns: view.StorageDescriptor.Columns as Column[],
        expanded: view.ViewExpandedText as string,
        definition: JSON.parse(
          Buffer.from(VIEW_TEXT.exec(view.ViewOriginalText)?.[1] ?? '', 'base64').toString('utf8'),
        ) as ViewDefinition,
      })),
    queries: of('AWS::Athena::NamedQuery').map(({ Name, QueryString, Database }) => ({
      name: Name as string,
      sql: QueryString as string,
      database: Database as string,
    })),
  };
}
export type SynthesisedStore = ReturnType<typeof synthesisedStore>;
