import { trinoType } from '@tristore/common/evaluation-store/glue-types.ts';
import { viewColumns } from '@tristore/common/evaluation-store/view-columns.ts';
import type { View } from '@tristore/common/evaluation-store/views.ts';
import { Fn, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';

/** The name under which Athena sees the Glue catalog of its account. */
const CATALOG = 'awsdatacatalog';

/**
 * A view as Athena itself keeps one that was made by `CREATE VIEW`: a table in Glue whose text holds the query and the
 * types of its columns, in Trino's terms, as base64 of JSON. So CloudFormation makes it, and no function runs SQL.
 */
export class AthenaView extends Construct {
  constructor(scope: Construct, id: string, { view, database }: { view: View; database: glue.IDatabase }) {
    super(scope, id);
    const columns = viewColumns(view);
    const definition = Stack.of(this).toJsonString({
      originalSql: view.select,
      catalog: CATALOG,
      schema: database.databaseName,
      columns: columns.map(({ name, type }) => ({ name, type: trinoType(type) })),
    });
    new glue.CfnTable(this, 'View', {
      catalogId: database.catalog.catalogId,
      databaseName: database.databaseName,
      tableInput: {
        name: view.name,
        tableType: 'VIRTUAL_VIEW',
        parameters: { presto_view: 'true', comment: 'Presto View' },
        storageDescriptor: { columns, location: '', serdeInfo: {} },
        viewOriginalText: Fn.join('', ['/* Presto View: ', Fn.base64(definition), ' */']),
        viewExpandedText: '/* Presto View */',
      },
    });
  }
}
