/**
 * Ids of the stacks' outputs (`new CfnOutput(this, OUTPUTS.x, …)`), which the commands read by the same names. No two
 * stacks of a stage give the same one.
 */
export const OUTPUTS = {
  /** Names of the two tables. */
  featuresTable: 'FeaturesTable',
  stateTable: 'StateTable',
  /** Names of the delivery streams. */
  predictionStream: 'PredictionStream',
  outcomeStream: 'OutcomeStream',
  /** Names of the buckets. */
  evaluationBucket: 'RecordsBucket',
  artifactsBucket: 'ArtifactBucket',
  /** Athena's workgroup, and the Glue database of the tables and views. */
  workgroup: 'AthenaWorkgroup',
  database: 'GlueDatabase',
  /** The public door, without a slash at its end. */
  url: 'Url',
  /** What the name of the stage in your DNS has to lead to: of a gateway's domain, and of the balancer. */
  domainTarget: 'PointDomainAt',
  balancerName: 'BalancerName',
  dashboardName: 'DashboardName',
} as const;
export type OutputName = keyof typeof OUTPUTS;

/** Outputs by name; those that the deployed stacks do not have are left out. */
export type Outputs = Partial<Record<OutputName, string>>;

const NAMES = new Map<string, OutputName>(
  Object.entries(OUTPUTS).map(([name, id]) => [id, name as OutputName]),
);

/** Picks ours from pairs of output id and value; the exports that CDK makes between stacks are left out. */
export function outputsOf(pairs: Iterable<readonly [id: string, value: string]>): Outputs {
  const found: Outputs = {};
  for (const [id, value] of pairs) {
    const name = NAMES.get(id);
    if (name) found[name] = value;
  }
  return found;
}
