import { athenaTableDdl, trinoTableDdl } from '@tristore/common/evaluation-store/table-ddl.ts';
import { EVALUATION_TABLES } from '@tristore/common/resources.ts';
import t from 'tap';

t.test("Athena's table has the Glue columns, and computes its partitions", async (t) => {
  const ddl = athenaTableDdl('prediction_records', 's3://bucket/prediction_records');
  for (const { name, type } of EVALUATION_TABLES.prediction_records.columns)
    t.ok(ddl.includes(`  \`${name}\` ${type}`), name);
  t.match(ddl, /^CREATE EXTERNAL TABLE IF NOT EXISTS `prediction_records` \(/);
  t.match(ddl, "COMMENT 'the caller\\'s own name for the case'", 'a quote is escaped as Hive does');
  t.match(ddl, 'PARTITIONED BY (`dt` string, `hour` string)');
  t.match(ddl, "LOCATION 's3://bucket/prediction_records/'");
  t.match(ddl, "'projection.enabled' = 'true'");
  t.match(
    ddl,
    /'storage\.location\.template' = 's3:\/\/bucket\/prediction_records\/dt=\$\{dt\}\/hour=\$\{hour\}\/'/,
  );
  t.notMatch(ddl, "COMMENT ''", 'no empty comments');
});

t.test('the location may end in a slash or not', async (t) => {
  t.equal(athenaTableDdl('outcome_records', 's3://b/x/'), athenaTableDdl('outcome_records', 's3://b/x'));
  const trino = trinoTableDdl('outcome_records', 'local:///x//', 'hive.default');
  t.match(trino, "external_location = 'local:///x/'");
  t.match(trino, 'CREATE TABLE IF NOT EXISTS hive.default.outcome_records (');
  t.match(trino, "COMMENT 'or the caller''s own name for the case'");
});
