import { Aws, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';

const { InterfaceVpcEndpointAwsService: services } = ec2;

/**
 * What tasks reach without the internet, and who calls it. Each is billed by the hour and zone, so none is here that no
 * process of ours, and nothing that starts one, calls:
 * Fargate needs no endpoint of ECS itself; KMS is called by the services that encrypt, not by us; metrics leave as lines
 * of a log; a role's credentials come from the task's own address; Glue is called by Athena.
 */
export const INTERFACE_ENDPOINTS = {
  /** Fargate asks where an image's layers are … */
  EcrApi: services.ECR,
  /** … and pulls its manifest; the layers come from S3. */
  EcrDocker: services.ECR_DOCKER,
  /** The log driver. */
  Logs: services.CLOUDWATCH_LOGS,
  /** Fargate reads the service key before it starts a container. */
  SecretsManager: services.SECRETS_MANAGER,
  /** The orchestrator's records. */
  Firehose: services.KINESIS_FIREHOSE,
  /** Kept records, realized performance, training sets. */
  Athena: services.ATHENA,
} as const;

const everybody = [new iam.AnyPrincipal()];

/** DynamoDB and S3, free of charge; both only for this account's own tables and buckets. */
export function addGatewayEndpoints(vpc: ec2.Vpc): void {
  const { region, partition } = Stack.of(vpc);
  const own = { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } };
  vpc.addGatewayEndpoint('DynamoDb', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB }).addToPolicy(
    new iam.PolicyStatement({
      principals: everybody,
      actions: ['dynamodb:*Item', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:DescribeTable'],
      resources: [`arn:${partition}:dynamodb:${region}:${Aws.ACCOUNT_ID}:table/*`],
    }),
  );
  const s3 = vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  s3.addToPolicy(
    new iam.PolicyStatement({
      principals: everybody,
      actions: [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
        's3:ListBucketMultipartUploads',
        's3:ListBucket',
        's3:GetBucketLocation',
      ],
      resources: [`arn:${partition}:s3:::*`],
      conditions: own,
    }),
  );
  s3.addToPolicy(
    new iam.PolicyStatement({
      // ECR keeps the layers of images in a bucket of its own
      principals: everybody,
      actions: ['s3:GetObject'],
      resources: [`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`],
    }),
  );
}

/** Private ways to the services in use; only what runs in the VPC gets in, by TLS. */
export function addInterfaceEndpoints(vpc: ec2.Vpc, cidr: string): void {
  const securityGroup = new ec2.SecurityGroup(vpc, 'EndpointCallers', {
    vpc,
    description: 'Who reaches AWS through the endpoints',
    allowAllOutbound: false,
  });
  securityGroup.addIngressRule(ec2.Peer.ipv4(cidr), ec2.Port.tcp(443), 'tasks of this VPC');
  for (const [id, service] of Object.entries(INTERFACE_ENDPOINTS))
    vpc.addInterfaceEndpoint(id, { service, securityGroups: [securityGroup], open: false });
}
