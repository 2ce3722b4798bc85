import { type App, type CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/** An acknowledged rule, the path of the construct that it is for, and why it may be broken there. */
export interface Acknowledgement {
  path: string;
  id: string;
  reason: string;
}

/** A rule that a resource breaks, acknowledged or not. */
export interface Finding {
  path: string;
  id: string;
}

/**
 * Whether an acknowledgement is for a finding. A finding about a wildcard holds the wildcard, and with it names that
 * synthesis makes up: `…` in an acknowledged id stands for any of them.
 */
export function covers(acknowledgement: Acknowledgement, { path, id }: Finding): boolean {
  const text = acknowledgement.id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*');
  const below = path === acknowledgement.path || path.startsWith(`${acknowledgement.path}/`);
  return below && new RegExp(`^${text}$`).test(id);
}

export const acknowledgementsOf = (app: App): Acknowledgement[] =>
  app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ path: node.path, id: id.replace(/^annotation::/i, ''), reason })),
  );

/** The rules of AWS Solutions, less what is acknowledged as `acknowledged` says. */
function checksOf(app: App, acknowledged: (finding: Finding) => boolean): AwsSolutionsChecks {
  const checks = new AwsSolutionsChecks(app);
  // cdk-nag knows no acknowledgement but of one exact finding, and has no setting for it
  const isAcknowledged = ({ node }: CfnResource, id: string) => acknowledged({ id, path: node.path });
  return Object.defineProperty(checks, 'isAcknowledged', { value: isAcknowledged });
}

/** The rules of AWS Solutions, less those that are acknowledged beside what breaks them. */
export function nagOf(app: App): AwsSolutionsChecks {
  let all: Acknowledgement[] | undefined;
  return checksOf(app, (finding) => {
    all ??= acknowledgementsOf(app);
    return all.some((acknowledgement) => covers(acknowledgement, finding));
  });
}

/** Every finding of a synthesised app, acknowledged or not. */
export const findingsOf = (app: App): Finding[] =>
  checksOf(app, () => false)
    .validateScope(app)
    .violations.flatMap(({ ruleName: id, violatingResources }) =>
      violatingResources.map(({ constructPath: path = '' }) => ({ id, path })),
    );
