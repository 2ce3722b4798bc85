import { RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface ImageRepositoryProps {
  keepImages: number;
  pullAccounts: readonly string[];
}

/** Where a service's images are: a tag is written once, and what is pushed is scanned. */
export class ImageRepository extends Construct {
  readonly repository: ecr.Repository;

  constructor(scope: Construct, id: string, { keepImages, pullAccounts }: ImageRepositoryProps) {
    super(scope, id);
    this.repository = new ecr.Repository(this, 'Images', {
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      encryption: ecr.RepositoryEncryption.KMS,
      // what runs is pulled from here, also when a task is replaced years later
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ description: 'the newest', maxImageCount: keepImages }],
    });
    for (const account of pullAccounts) this.repository.grantPull(new iam.AccountPrincipal(account));
  }

  /** Pushes images, and reads what their scan found. */
  grantBuild(grantee: iam.IGrantable): void {
    this.repository.grantPullPush(grantee);
    this.repository.grant(grantee, 'ecr:DescribeImages', 'ecr:DescribeImageScanFindings');
  }
}
