import type * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import type { Stage } from '../stages/stage.ts';
import { GATEWAY_STAGE } from './routing.ts';

type Rule = wafv2.CfnWebACL.RuleProperty;
type Statement = wafv2.CfnWebACL.StatementProperty;

/**
 * The routes whose bodies are data: features, outcomes, batches, tensors. They are let in whatever their size: WAF sees
 * the first 8 KB of a body behind a balancer and 16 KB behind a gateway, so it cannot tell 1 MB from 10 MB. The services
 * do (413 over 1 MiB, 8 MiB for a batch, 16 MiB at the model server), and a gateway takes 10 MB at most.
 */
export const DATA_PATHS = [
  '/v1/predictions(/batch)?',
  '/v1/features/[^/]+/[^/]+',
  '/v1/feature-views/[^/]+',
  '/v1/outcomes',
  '/v1/models/[^/]+(/(versions|labels)/[^/]+)?:(predict|classify|regress)',
  '/v2/models/[^/]+(/versions/[^/]+)?/infer',
] as const;

/** As WAF takes it: 512 characters at most. A gateway's callers name its stage first. */
export const DATA_PATH_PATTERN = `^(/${GATEWAY_STAGE})?(${DATA_PATHS.join('|')})$`;

/** The rules of AWS's common set that look into the body; the first one refuses whatever has more than 8 KB. */
const BODY_RULES = ['SizeRestrictions', 'CrossSiteScripting', 'GenericLFI', 'GenericRFI', 'EC2MetaDataSSRF'];

export const visible = (metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  // samples would show headers, and so keys, to whoever may look at the firewall
  sampledRequestsEnabled: false,
});

const managed = (name: string, countedRules: readonly string[] = []): Omit<Rule, 'priority'> => ({
  name,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: countedRules.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: visible(name),
});

/** A body that a rule of the common set found fault with, on a route whose bodies are no data. */
const suspiciousBody: Statement = {
  andStatement: {
    statements: [
      {
        orStatement: {
          statements: BODY_RULES.map((rule) => ({
            labelMatchStatement: { scope: 'LABEL', key: `awswaf:managed:aws:core-rule-set:${rule}_Body` },
          })),
        },
      },
      {
        notStatement: {
          statement: {
            regexMatchStatement: {
              regexString: DATA_PATH_PATTERN,
              fieldToMatch: { uriPath: {} },
              textTransformations: [{ priority: 0, type: 'NONE' }],
            },
          },
        },
      },
    ],
  },
};

const block = (name: string, statement: Statement): Omit<Rule, 'priority'> => ({
  name,
  action: { block: {} },
  statement,
  visibilityConfig: visible(name),
});

/** In the order in which they are asked: the cheap ones first. */
export function firewallRules({ requestsPerAddress }: Stage['firewall']): Rule[] {
  return [
    block('RatePerAddress', {
      rateBasedStatement: { limit: requestsPerAddress, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
    }),
    managed('AWSManagedRulesAmazonIpReputationList'),
    managed('AWSManagedRulesKnownBadInputsRuleSet'),
    managed(
      'AWSManagedRulesCommonRuleSet',
      // back ends often send no user agent
      ['NoUserAgent_HEADER', ...BODY_RULES.map((rule) => `${rule}_BODY`)],
    ),
    block('SuspiciousBody', suspiciousBody),
  ].map((rule, priority) => ({ ...rule, priority }));
}
