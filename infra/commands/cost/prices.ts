import { StartupError } from '@tristore/common/errors.ts';

/** When the table was written down, and in what money. */
export const PRICES_AS_OF = '2026-11-24';
export const CURRENCY = 'USD';

export interface PriceEntry {
  unit: string;
  /** The page of aws.amazon.com that lists it. */
  page: string;
  'us-east-1': number;
  'eu-central-1': number;
  /** From memory or another region: look at the page before a decision hangs on it. */
  unsure?: boolean;
}

/** List prices of the first tier, on demand, without tax, free tier and discounts. */
export const PRICES = {
  fargateVcpu: {
    unit: 'vCPU-hour',
    page: 'AWS Fargate pricing',
    'us-east-1': 0.04048,
    'eu-central-1': 0.04656,
  },
  fargateMemory: {
    unit: 'GB-hour',
    page: 'AWS Fargate pricing',
    'us-east-1': 0.004445,
    'eu-central-1': 0.00511,
  },
  balancer: {
    unit: 'hour',
    page: 'Elastic Load Balancing pricing',
    'us-east-1': 0.0225,
    'eu-central-1': 0.027,
  },
  balancerCapacity: {
    unit: 'LCU-hour',
    page: 'Elastic Load Balancing pricing',
    'us-east-1': 0.008,
    'eu-central-1': 0.008,
  },
  publicAddress: {
    unit: 'address-hour',
    page: 'Amazon VPC pricing',
    'us-east-1': 0.005,
    'eu-central-1': 0.005,
  },
  natGateway: { unit: 'hour', page: 'Amazon VPC pricing', 'us-east-1': 0.045, 'eu-central-1': 0.052 },
  natTraffic: { unit: 'GB', page: 'Amazon VPC pricing', 'us-east-1': 0.045, 'eu-central-1': 0.052 },
  endpoint: {
    unit: 'endpoint-hour',
    page: 'AWS PrivateLink pricing',
    'us-east-1': 0.01,
    'eu-central-1': 0.012,
  },
  endpointTraffic: { unit: 'GB', page: 'AWS PrivateLink pricing', 'us-east-1': 0.01, 'eu-central-1': 0.01 },
  zoneTraffic: { unit: 'GB', page: 'Amazon EC2 on-demand pricing', 'us-east-1': 0.02, 'eu-central-1': 0.02 },
  internetTraffic: {
    unit: 'GB',
    page: 'Amazon EC2 on-demand pricing',
    'us-east-1': 0.09,
    'eu-central-1': 0.09,
  },
  gatewayCache05: {
    unit: 'hour',
    page: 'Amazon API Gateway pricing',
    'us-east-1': 0.02,
    'eu-central-1': 0.02,
  },
  gatewayCache16: {
    unit: 'hour',
    page: 'Amazon API Gateway pricing',
    'us-east-1': 0.038,
    'eu-central-1': 0.038,
  },
  gatewayCache61: { unit: 'hour', page: 'Amazon API Gateway pricing', 'us-east-1': 0.2, 'eu-central-1': 0.2 },
  gatewayCache135: {
    unit: 'hour',
    page: 'Amazon API Gateway pricing',
    'us-east-1': 0.25,
    'eu-central-1': 0.25,
  },
  firewall: { unit: 'ACL', page: 'AWS WAF pricing', 'us-east-1': 5, 'eu-central-1': 5 },
  firewallRule: { unit: 'rule', page: 'AWS WAF pricing', 'us-east-1': 1, 'eu-central-1': 1 },
  firewallRequests: { unit: 'million', page: 'AWS WAF pricing', 'us-east-1': 0.6, 'eu-central-1': 0.6 },
  tableReads: {
    unit: 'million RRU',
    page: 'Amazon DynamoDB on-demand pricing',
    'us-east-1': 0.125,
    'eu-central-1': 0.1525,
  },
  tableWrites: {
    unit: 'million WRU',
    page: 'Amazon DynamoDB on-demand pricing',
    'us-east-1': 0.625,
    'eu-central-1': 0.7625,
  },
  tableStorage: {
    unit: 'GB-month',
    page: 'Amazon DynamoDB on-demand pricing',
    'us-east-1': 0.25,
    'eu-central-1': 0.306,
  },
  tableRecovery: {
    unit: 'GB-month',
    page: 'Amazon DynamoDB on-demand pricing',
    'us-east-1': 0.2,
    'eu-central-1': 0.2448,
  },
  streamIngestion: {
    unit: 'GB',
    page: 'Amazon Data Firehose pricing',
    'us-east-1': 0.029,
    'eu-central-1': 0.033,
    unsure: true,
  },
  streamConversion: {
    unit: 'GB',
    page: 'Amazon Data Firehose pricing',
    'us-east-1': 0.018,
    'eu-central-1': 0.021,
    unsure: true,
  },
  streamPartitioning: {
    unit: 'GB',
    page: 'Amazon Data Firehose pricing',
    'us-east-1': 0.02,
    'eu-central-1': 0.023,
    unsure: true,
  },
  streamObjects: {
    unit: 'thousand objects',
    page: 'Amazon Data Firehose pricing',
    'us-east-1': 0.005,
    'eu-central-1': 0.006,
    unsure: true,
  },
  streamJq: {
    unit: 'JQ-hour',
    page: 'Amazon Data Firehose pricing',
    'us-east-1': 0.07,
    'eu-central-1': 0.08,
    unsure: true,
  },
  bucketStorage: { unit: 'GB-month', page: 'Amazon S3 pricing', 'us-east-1': 0.023, 'eu-central-1': 0.0245 },
  bucketInfrequent: {
    unit: 'GB-month',
    page: 'Amazon S3 pricing',
    'us-east-1': 0.0125,
    'eu-central-1': 0.0135,
  },
  bucketWrites: { unit: 'thousand', page: 'Amazon S3 pricing', 'us-east-1': 0.005, 'eu-central-1': 0.0054 },
  bucketReads: { unit: 'thousand', page: 'Amazon S3 pricing', 'us-east-1': 0.0004, 'eu-central-1': 0.00043 },
  bucketTransitions: { unit: 'thousand', page: 'Amazon S3 pricing', 'us-east-1': 0.01, 'eu-central-1': 0.01 },
  athenaScan: { unit: 'TB', page: 'Amazon Athena pricing', 'us-east-1': 5, 'eu-central-1': 5 },
  key: { unit: 'key', page: 'AWS KMS pricing', 'us-east-1': 1, 'eu-central-1': 1 },
  keyRequests: { unit: 'ten thousand', page: 'AWS KMS pricing', 'us-east-1': 0.03, 'eu-central-1': 0.03 },
  logIngestion: { unit: 'GB', page: 'Amazon CloudWatch pricing', 'us-east-1': 0.5, 'eu-central-1': 0.63 },
  alarm: { unit: 'alarm', page: 'Amazon CloudWatch pricing', 'us-east-1': 0.1, 'eu-central-1': 0.1 },
  compositeAlarm: { unit: 'alarm', page: 'Amazon CloudWatch pricing', 'us-east-1': 0.5, 'eu-central-1': 0.5 },
  customMetric: { unit: 'metric', page: 'Amazon CloudWatch pricing', 'us-east-1': 0.3, 'eu-central-1': 0.3 },
  dashboard: { unit: 'dashboard', page: 'Amazon CloudWatch pricing', 'us-east-1': 3, 'eu-central-1': 3 },
  secret: { unit: 'secret', page: 'AWS Secrets Manager pricing', 'us-east-1': 0.4, 'eu-central-1': 0.4 },
  transitions: {
    unit: 'thousand',
    page: 'AWS Step Functions pricing',
    'us-east-1': 0.025,
    'eu-central-1': 0.025,
  },
  notifications: { unit: 'hundred thousand', page: 'Amazon SNS pricing', 'us-east-1': 2, 'eu-central-1': 2 },
  imageStorage: { unit: 'GB-month', page: 'Amazon ECR pricing', 'us-east-1': 0.1, 'eu-central-1': 0.1 },
} as const satisfies Record<string, PriceEntry>;
export type PriceName = keyof typeof PRICES;

/** Requests at the gateway: the price a million up to so many a month. */
export const GATEWAY_TIERS: Readonly<Record<Region, readonly { upTo: number; price: number }[]>> = {
  'us-east-1': [
    { upTo: 333e6, price: 3.5 },
    { upTo: 1_000e6, price: 2.8 },
    { upTo: 20_000e6, price: 2.38 },
    { upTo: Number.POSITIVE_INFINITY, price: 1.51 },
  ],
  'eu-central-1': [
    { upTo: 333e6, price: 3.7 },
    { upTo: 1_000e6, price: 3.06 },
    { upTo: 20_000e6, price: 2.6 },
    { upTo: Number.POSITIVE_INFINITY, price: 1.68 },
  ],
};

export const PRICED_REGIONS = ['us-east-1', 'eu-central-1'] as const;
export type Region = (typeof PRICED_REGIONS)[number];

/** @throws StartupError for a region that the table does not hold */
export function pricedRegion(region: string): Region {
  const found = PRICED_REGIONS.find((known) => known === region);
  if (!found)
    throw new StartupError(
      `there are no prices for ${region}: --region takes ${PRICED_REGIONS.join(' or ')}`,
    );
  return found;
}
