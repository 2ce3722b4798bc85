/** What both services set on their DynamoDB client: the SDK itself sets no time limit, and its back-off is long. */
export const DYNAMODB_LIMITS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
};
