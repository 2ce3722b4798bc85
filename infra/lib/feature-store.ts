import { TABLES, type TableName } from '@tristore/common/resources.ts';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { removalOf } from './data-bucket.ts';
import { grantKeyThrough, TABLE_READ, TABLE_WRITE } from './kms-use.ts';

/** What the orchestrator calls: rows of features, and in `state` keys, views, idempotency and leases. */
const SERVES = {
  features: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'],
  state: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
} as const;
const LOOKS_UP_KEYS = ['GetItem', 'BatchGetItem'] as const;

const actionsOf = (names: readonly string[]) => names.map((name) => `dynamodb:${name}`);

/**
 * Tables `features` and `state`. Who administers them (`npm run keys`, `npm run features`) does so with credentials of
 * their own, which no role here stands for.
 */
export class FeatureStore extends Construct {
  readonly features: dynamodb.ITable;
  readonly state: dynamodb.ITable;
  readonly #key: kms.IKey;

  constructor(scope: Construct, id: string, { stage, key }: { stage: Stage; key: kms.IKey }) {
    super(scope, id);
    const table = (name: TableName) =>
      new dynamodb.Table(this, name, {
        partitionKey: { name: TABLES[name].partitionKey, type: dynamodb.AttributeType.STRING },
        timeToLiveAttribute: TABLES[name].timeToLive,
        billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
        pointInTimeRecoverySpecification: {
          pointInTimeRecoveryEnabled: true,
          recoveryPeriodInDays: stage.featureStore.recoveryDays,
        },
        encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: key,
        deletionProtection: stage.data === 'keep',
        removalPolicy: removalOf(stage),
      });
    this.features = table('features');
    this.state = table('state');
    this.#key = key;
  }

  /** What the orchestrator does with both tables. */
  grantServe(grantee: iam.IGrantable): void {
    this.#grant(grantee, this.features, SERVES.features, TABLE_WRITE);
    this.#grant(grantee, this.state, SERVES.state, []);
  }

  /** What the model server does: it looks up API keys. */
  grantReadKeys(grantee: iam.IGrantable): void {
    this.#grant(grantee, this.state, LOOKS_UP_KEYS, TABLE_READ);
  }

  #grant(
    grantee: iam.IGrantable,
    table: dynamodb.ITable,
    actions: readonly string[],
    keyActions: readonly string[],
  ): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: actionsOf(actions), resources: [table.tableArn] }),
    );
    if (keyActions.length) grantKeyThrough('dynamodb', this.#key, grantee, keyActions);
  }
}
