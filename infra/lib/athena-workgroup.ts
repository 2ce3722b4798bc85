import { Duration, Names, Stack } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { DataBucket } from './data-bucket.ts';
import { documentedQueries } from './documented-queries.ts';

const GIGABYTE = 1_000_000_000;

export interface AthenaWorkgroupProps {
  stage: Stage;
  key: kms.IKey;
  logs: s3.IBucket;
  database: string;
}

/** Who asks the evaluation store asks through this: what a query may cost, and where its result goes, is not theirs to say. */
export class AthenaWorkgroup extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly results: s3.IBucket;

  constructor(scope: Construct, id: string, { stage, key, logs, database }: AthenaWorkgroupProps) {
    super(scope, id);
    const { deleteResultsAfterDays, scanLimitGigabytes } = stage.evaluation;
    this.results = new DataBucket(this, 'Results', {
      stage,
      key,
      logs,
      lifecycleRules: [{ id: 'old-results', expiration: Duration.days(deleteResultsAfterDays) }],
    });
    const workgroup = new athena.CfnWorkGroup(this, 'Workgroup', {
      // CloudFormation makes up no name for one
      name: Names.uniqueResourceName(this, { separator: '-', maxLength: 128 }),
      description: 'Questions to the evaluation store',
      // what was asked in it goes with it
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: Math.round(scanLimitGigabytes * GIGABYTE),
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: this.results.s3UrlForObject('results/'),
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn },
        },
      },
    });
    this.name = workgroup.ref;
    this.arn = Stack.of(this).formatArn({
      service: 'athena',
      resource: 'workgroup',
      resourceName: this.name,
    });
    documentedQueries().forEach(({ question, sql }, index) => {
      new athena.CfnNamedQuery(this, `Query${index + 1}`, {
        database,
        workGroup: this.name,
        name: question,
        description: 'docs/evaluation-store.md',
        queryString: sql,
      });
    });
  }
}
