import { jobContradictions } from './job-contradictions.ts';
import type { StageSettings } from './stage-settings.ts';

export interface Contradiction {
  field: string;
  problem: string;
}

/** Settings that fit one by one, and not together. */
export function contradictions(stage: StageSettings): Contradiction[] {
  const found = jobContradictions(stage);
  const refuse = (when: boolean, field: string, problem: string) => when && found.push({ field, problem });
  const outside = [stage.oidc && 'oidc.issuer', stage.alarms.webhook && 'alarms.webhook'].filter(Boolean);
  refuse(
    stage.network.egress === 'endpoints' && outside.length > 0,
    'network.egress',
    `must be nat: ${outside.join(' and ')} lies outside of AWS, and endpoints lead to AWS alone`,
  );
  const { zones, egress, natGateways = 1 } = stage.network;
  refuse(
    egress === 'endpoints' && stage.network.natGateways !== undefined,
    'network.natGateways',
    'goes with egress nat',
  );
  refuse(natGateways > zones, 'network.natGateways', 'is more than zones');
  const { gateway, balancer } = stage.exposure;
  if (gateway)
    refuse(
      Boolean(gateway.certificateArn) !== Boolean(gateway.domainName),
      'exposure.gateway.domainName',
      'goes with certificateArn',
    );
  refuse(Boolean(gateway) === Boolean(balancer), 'exposure', 'must be gateway or balancer: one of them');
  if (balancer) {
    const { certificateArn, domainName, plainHttpFor } = balancer;
    refuse(
      Boolean(certificateArn) === Boolean(plainHttpFor),
      'exposure.balancer',
      'needs certificateArn, or in sand plainHttpFor: one of them',
    );
    refuse(
      Boolean(certificateArn) !== Boolean(domainName),
      'exposure.balancer.domainName',
      'goes with certificateArn',
    );
    refuse(
      Boolean(plainHttpFor) && stage.name !== 'sand',
      'exposure.balancer.plainHttpFor',
      'is for the stage sand alone; elsewhere a certificate is needed',
    );
    refuse(
      Boolean(plainHttpFor?.some((network) => network.endsWith('/0'))),
      'exposure.balancer.plainHttpFor',
      'is for listed networks, not for everybody',
    );
  }
  for (const service of ['orchestrator', 'model'] as const)
    refuse(stage[service].minTasks > stage[service].maxTasks, `${service}.minTasks`, 'is more than maxTasks');
  const { infrequentAfterDays, deleteAfterDays, deleteErrorsAfterDays, parquet } = stage.evaluation;
  refuse(
    deleteAfterDays !== undefined && deleteAfterDays <= infrequentAfterDays,
    'evaluation.deleteAfterDays',
    'must be more than infrequentAfterDays',
  );
  refuse(
    deleteAfterDays !== undefined && deleteErrorsAfterDays > deleteAfterDays,
    'evaluation.deleteErrorsAfterDays',
    'is more than deleteAfterDays: what could not be converted would outlive the records',
  );
  refuse(
    !parquet && stage.data === 'keep',
    'evaluation.parquet',
    'is off for emulators alone, whose data is not kept',
  );
  return found;
}
