import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';

export interface GitHubProps {
  /** `owner/name`. */
  repository: string;
  /** Of a provider that the account has already. */
  providerArn?: string | undefined;
}

/** What a job must be to take on a role: GitHub signs it into the job's token. */
export type Job = { branch: string } | { environment: string };

/** GitHub's identity in the account: jobs of one repository take on roles, and nobody holds a key. */
export class GitHub extends Construct {
  readonly #repository: string;
  readonly #providerArn: string;

  constructor(scope: Construct, id: string, { repository, providerArn }: GitHubProps) {
    super(scope, id);
    this.#repository = repository;
    this.#providerArn =
      providerArn ??
      new iam.OidcProviderNative(this, 'Provider', { url: `https://${ISSUER}`, clientIds: [AUDIENCE] })
        .oidcProviderArn;
  }

  /** A role for one kind of job. The subject is compared whole: no wildcard lets another branch or fork in. */
  role(id: string, job: Job, description: string): iam.Role {
    const [subject] = Object.entries(job).map(([kind, name]) =>
      kind === 'branch' ? `ref:refs/heads/${name}` : `environment:${name}`,
    );
    return new iam.Role(this, id, {
      description,
      maxSessionDuration: Duration.hours(2),
      assumedBy: new iam.WebIdentityPrincipal(this.#providerArn, {
        StringEquals: {
          [`${ISSUER}:aud`]: AUDIENCE,
          [`${ISSUER}:sub`]: `repo:${this.#repository}:${subject}`,
        },
      }),
    });
  }
}
