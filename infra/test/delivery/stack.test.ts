import { Match, Template } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { acknowledgementsOf, covers, findingsOf } from '../../checks/nag.ts';
import { newApp } from '../../lib/app.ts';
import { DeliveryStack } from '../../lib/delivery/delivery-stack.ts';
import { defineDelivery } from '../../stages/delivery-settings.ts';

const PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';

function stackOf(more: object = {}) {
  const app = newApp();
  const settings = defineDelivery({
    region: 'eu-central-1',
    repository: 'some/where',
    stages: ['sand', 'prd'],
    ...more,
  });
  const stack = new DeliveryStack(app, 'delivery', { settings, env: { region: settings.region } });
  return { app, template: Template.fromStack(stack) };
}

const { app, template } = stackOf();
const roles = Object.values(template.findResources('AWS::IAM::Role'));
const subjectOf = (role: (typeof roles)[number]) =>
  role['Properties'].AssumeRolePolicyDocument.Statement[0].Condition.StringEquals[
    'token.actions.githubusercontent.com:sub'
  ];

t.test('only jobs of the named branch and environments get a role, compared as a whole', async (t) => {
  t.same(roles.map(subjectOf), [
    'repo:some/where:ref:refs/heads/main',
    'repo:some/where:environment:sand',
    'repo:some/where:environment:prd',
  ]);
  for (const { Properties } of roles) {
    const [statement, ...others] = Properties.AssumeRolePolicyDocument.Statement;
    t.same(others, []);
    t.equal(statement.Action, 'sts:AssumeRoleWithWebIdentity');
    t.same(Object.keys(statement.Condition), ['StringEquals'], 'no pattern');
    t.equal(statement.Condition.StringEquals['token.actions.githubusercontent.com:aud'], 'sts.amazonaws.com');
  }
});

t.test('a stage is deployed by a role that reaches no other stage', async (t) => {
  for (const { Properties } of Object.values(template.findResources('AWS::IAM::Policy'))) {
    const text = JSON.stringify(Properties);
    if (!text.includes('cdk-hnb659fds')) continue;
    t.not(text.includes('tristore-sand'), text.includes('tristore-prd'));
    t.notMatch(text, /"iam:|"Action":"\*"|"Resource":"\*"/);
  }
});

t.test('a tag is written once, and what is pushed is scanned and kept', async () => {
  template.resourceCountIs('AWS::ECR::Repository', 2);
  template.allResources('AWS::ECR::Repository', {
    DeletionPolicy: 'Retain',
    Properties: {
      ImageTagMutability: 'IMMUTABLE',
      ImageScanningConfiguration: { ScanOnPush: true },
      EncryptionConfiguration: { EncryptionType: 'KMS' },
      LifecyclePolicy: { LifecyclePolicyText: Match.stringLikeRegexp('"countNumber":50') },
      RepositoryName: Match.absent(),
    },
  });
});

t.test('other accounts pull where they are named', async () => {
  template.allResourcesProperties('AWS::ECR::Repository', { RepositoryPolicyText: Match.absent() });
  const shared = stackOf({ pullAccounts: ['210987654321'] }).template;
  shared.allResourcesProperties('AWS::ECR::Repository', {
    RepositoryPolicyText: Match.objectLike({
      Statement: [Match.objectLike({ Action: Match.arrayWith(['ecr:BatchGetImage']) })],
    }),
  });
});

t.test('a provider that is there is used', async () => {
  template.resourceCountIs('AWS::IAM::OIDCProvider', 1);
  stackOf({ providerArn: PROVIDER }).template.resourceCountIs('AWS::IAM::OIDCProvider', 0);
});

t.test('no rule of AWS Solutions is broken without a reason', async (t) => {
  const acknowledgements = acknowledgementsOf(app);
  for (const finding of findingsOf(app))
    t.ok(
      acknowledgements.some((acknowledgement) => covers(acknowledgement, finding)),
      `${finding.id} at ${finding.path}`,
    );
});

t.test('settings that do not fit are named', async (t) => {
  const settings = { region: 'eu-central-1', repository: 'some/where', stages: ['sand'] };
  for (const [field, value] of Object.entries({ repository: 'somewhere', stages: ['test'], keepImages: 1 }))
    t.throws(() => defineDelivery({ ...settings, [field]: value }), new RegExp(field));
});
