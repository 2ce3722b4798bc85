import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { TristoreError } from '@tristore/common/errors.ts';

/** Names of errors that the operator can mend. */
const KNOWN = ['StartupError', 'SchemaError', 'TristoreError', 'TimeoutError', 'CredentialsProviderError'];

const isKnown = (error: Error & { code?: unknown }): boolean =>
  KNOWN.includes(error.name) || error instanceof DynamoDBServiceException || typeof error.code === 'string';

/** Why a command stopped, in a line for the operator; the stack where the fault is ours. */
export function reasonOf(error: Error & { code?: unknown }): string {
  if (!isKnown(error)) return error.stack ?? String(error);
  // refused connections of several addresses have a code and no message
  const said = error.message || String(error.code ?? error.name);
  // to whoever runs the command the cause is no secret
  const { cause } = error;
  return error instanceof TristoreError && cause instanceof Error ? `${said}: ${reasonOf(cause)}` : said;
}
