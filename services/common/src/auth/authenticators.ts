import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ApiKeyTable } from './api-key-table.ts';
import { ApiKeys } from './api-keys.ts';
import type { AuthSettings } from './auth-settings.ts';
import { issuerKeys } from './issuer-keys.ts';
import { JsonWebTokens } from './json-web-tokens.ts';
import type { Authenticator } from './principal.ts';

/** JWT of an issuer, where one is set; API keys, where there is a table. The cheaper is asked first. */
export function authenticatorsOf(
  settings: Omit<AuthSettings, 'SERVICE_KEY_FILE'>,
  apiKeys?: { client: DynamoDBClient; table: string },
): Authenticator[] {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = settings;
  const authenticators: Authenticator[] = [];
  if (issuer && audience)
    authenticators.push(
      new JsonWebTokens(issuerKeys(issuer), {
        issuer,
        audience,
        algorithms: settings.OIDC_ALGORITHMS.split(','),
        clockTolerance: settings.OIDC_CLOCK_TOLERANCE_SECONDS,
        scopePrefix: settings.OIDC_SCOPE_PREFIX,
      }),
    );
  if (apiKeys) authenticators.push(new ApiKeys(new ApiKeyTable(apiKeys.client, apiKeys.table)));
  return authenticators;
}
