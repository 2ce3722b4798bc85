import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import { DataBucket } from './data-bucket.ts';
import { grantKeyThrough, READ, WRITE } from './kms-use.ts';

/**
 * The registry: model versions and aliases, as `<model>/<version>/…` and `<model>/aliases/…`. S3 keeps what is written
 * over or deleted, for ever: versions and aliases are the history of who answered what.
 */
export class ArtifactStore extends Construct {
  readonly bucket: s3.IBucket;
  /** `s3://` URL, as `REGISTRY` takes it. */
  readonly url: string;
  readonly #key: kms.IKey;

  constructor(
    scope: Construct,
    id: string,
    { stage, key, logs }: { stage: Stage; key: kms.IKey; logs: s3.IBucket },
  ) {
    super(scope, id);
    this.bucket = new DataBucket(this, 'Models', { stage, key, logs, versioned: true });
    this.url = `s3://${this.bucket.bucketName}`;
    this.#key = key;
  }

  /** Without the right to list, S3 would answer 403 for an alias file that is not there yet, where 404 is meant. */
  grantRead(grantee: iam.IGrantable): void {
    this.#grant(grantee, 's3:ListBucket', this.bucket.bucketArn);
    this.#grant(grantee, 's3:GetObject', this.bucket.arnForObjects('*'));
    acknowledgeWildcard(
      grantee,
      ['ArtifactsModels…/*'],
      'models are published at run time, under names of their own',
    );
    grantKeyThrough('s3', this.#key, grantee, READ);
  }

  /** Also writes of new versions, and of new alias files. */
  grantPublish(grantee: iam.IGrantable): void {
    this.grantRead(grantee);
    this.#grantWrite(grantee, '*');
  }

  /** Also writes of new alias files. */
  grantPromote(grantee: iam.IGrantable): void {
    this.grantRead(grantee);
    this.#grantWrite(grantee, '*/aliases/*');
  }

  #grantWrite(grantee: iam.IGrantable, keys: string): void {
    this.#grant(grantee, 's3:PutObject', this.bucket.arnForObjects(keys));
    acknowledgeWildcard(
      grantee,
      [`ArtifactsModels…/${keys}`],
      'new versions and alias files get names at run time',
    );
    grantKeyThrough('s3', this.#key, grantee, WRITE);
  }

  #grant(grantee: iam.IGrantable, action: string, resource: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: [action], resources: [resource] }),
    );
  }
}
