import { type App, Validations } from 'aws-cdk-lib';
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

/** Makes synthesis fail where a resource breaks a rule of AWS Solutions that is not acknowledged beside it. */
export const addNag = (app: App): void => Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** Every finding of a synthesised app. */
export function findingsOf(app: App): Finding[] {
  const checks = new AwsSolutionsChecks(app);
  // cdk-nag drops what is acknowledged before it reports, and has no setting for it
  Object.defineProperty(checks, 'isAcknowledged', { value: () => false });
  return checks
    .validateScope(app)
    .violations.flatMap(({ ruleName: id, violatingResources }) =>
      violatingResources.map(({ constructPath: path = '' }) => ({ id, path })),
    );
}

export const acknowledgementsOf = (app: App): Acknowledgement[] =>
  app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ path: node.path, id: id.replace(/^annotation::/i, ''), reason })),
  );
