import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { newApp } from '../lib/app.ts';
import { Firewall } from '../lib/firewall.ts';
import { DATA_PATH_PATTERN } from '../lib/firewall-rules.ts';
import { sampleStage } from './sample-stage.ts';
import { type Properties, propertiesOf } from './stacks.ts';

const stack = new Stack(newApp(), 'firewall');
const protects = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/a/b';
new Firewall(stack, 'Firewall', { stage: sampleStage(), protects });
const template = Template.fromStack(stack);
const [{ Rules, DefaultAction }] = Object.values(propertiesOf(template, 'AWS::WAFv2::WebACL')) as [
  Properties,
];
const rule = (name: string): Properties => Rules.find(({ Name }: Properties) => Name === name);

t.test('known attackers and known attacks are refused, everything else is let in', async (t) => {
  t.strictSame(DefaultAction, { Allow: {} });
  for (const name of [
    'AWSManagedRulesAmazonIpReputationList',
    'AWSManagedRulesKnownBadInputsRuleSet',
    'AWSManagedRulesCommonRuleSet',
  ])
    t.strictSame(rule(name).OverrideAction, { None: {} }, name);
  template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { ResourceArn: protects });
});

t.test('one address may ask as often as the stage says', async (t) => {
  t.match(rule('RatePerAddress'), {
    Action: { Block: {} },
    Statement: { RateBasedStatement: { Limit: 1_000, AggregateKeyType: 'IP', EvaluationWindowSec: 300 } },
  });
});

t.test('the rule against bodies over 8 KB, and those that look into bodies, only count', async (t) => {
  const counted = rule('AWSManagedRulesCommonRuleSet')
    .Statement.ManagedRuleGroupStatement.RuleActionOverrides.map(({ Name, ActionToUse }: Properties) => {
      t.strictSame(ActionToUse, { Count: {} });
      return Name;
    })
    .sort();
  t.strictSame(counted, [
    'CrossSiteScripting_BODY',
    'EC2MetaDataSSRF_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'NoUserAgent_HEADER',
    'SizeRestrictions_BODY',
  ]);
});

t.test('what they counted is refused, but on the routes whose bodies are data', async (t) => {
  const last = Rules.at(-1);
  t.equal(last.Name, 'SuspiciousBody');
  t.ok(
    last.Priority > rule('AWSManagedRulesCommonRuleSet').Priority,
    'labels are there once the rules have run',
  );
  t.strictSame(last.Action, { Block: {} });
  const [labels, elsewhere] = last.Statement.AndStatement.Statements;
  t.strictSame(
    labels.OrStatement.Statements.map(
      ({ LabelMatchStatement }: Properties) => LabelMatchStatement.Key,
    ).sort(),
    ['CrossSiteScripting', 'EC2MetaDataSSRF', 'GenericLFI', 'GenericRFI', 'SizeRestrictions'].map(
      (name) => `awswaf:managed:aws:core-rule-set:${name}_Body`,
    ),
  );
  t.equal(elsewhere.NotStatement.Statement.RegexMatchStatement.RegexString, DATA_PATH_PATTERN);
});

t.test(
  'batches, tensors, features and outcomes pass, through a gateway and without; other bodies are small',
  async (t) => {
    t.ok(DATA_PATH_PATTERN.length <= 512, 'as WAF takes it');
    const pattern = new RegExp(DATA_PATH_PATTERN);
    for (const path of [
      '/v1/predictions',
      '/v1/predictions/batch',
      '/v1/features/credit/batch',
      '/v1/features/credit/4711',
      '/v1/feature-views/credit',
      '/v1/outcomes',
      '/v2/models/credit-default/infer',
      '/v2/models/credit-default/versions/3/infer',
      '/v1/models/credit-default:predict',
      '/v1/models/credit-default/versions/3:classify',
      '/v1/models/credit-default/labels/canary:regress',
    ]) {
      t.match(path, pattern);
      t.match(`/live${path}`, pattern);
    }
    for (const path of [
      '/v1/registry/credit-default/aliases/champion',
      '/v1/predictions/batch/more',
      '/docs',
      '/health/ready',
      '/v1/models/credit-default',
      '/x/v1/outcomes',
    ])
      t.notMatch(path, pattern);
  },
);

t.test('refusals are logged without keys and queries, in a group that WAF accepts', async (t) => {
  template.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: Match.stringLikeRegexp('^aws-waf-logs-'),
    RetentionInDays: 7,
  });
  template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
    RedactedFields: [
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'x-api-key' } },
      { SingleHeader: { Name: 'cookie' } },
      { QueryString: {} },
    ],
    LoggingFilter: Match.objectLike({ DefaultBehavior: 'DROP' }),
  });
  const arn = JSON.stringify(propertiesOf(template, 'AWS::WAFv2::LoggingConfiguration'));
  t.notMatch(arn, /:\*"/);
  t.notMatch(JSON.stringify(Rules), /"SampledRequestsEnabled":true/);
});
