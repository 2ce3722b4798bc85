import { MODEL_PATHS, UNROUTED_PATHS } from '@tristore/common/resources.ts';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { SETTINGS, sampleStage } from './sample-stage.ts';
import { attribute, ingressOf, type Properties, propertiesOf, stacksOf } from './stacks.ts';

const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/a';
const domainName = 'scores.example';

const behindGateway = stacksOf();
const byName = stacksOf({ exposure: { balancer: { certificateArn, domainName } } });
const plain = stacksOf({ exposure: { balancer: { plainHttpFor: ['192.0.2.0/28', '198.51.100.7/32'] } } });

const only = (template: Template, type: string): Properties => {
  const [found, ...more] = Object.values(propertiesOf(template, type));
  t.equal(more.length, 0, `one ${type}`);
  return found;
};
const rulesOf = (template: Template): Properties[] =>
  Object.values(propertiesOf(template, RULE)).sort((a, b) => a.Priority - b.Priority);
const pathsOf = (rule: Properties): string[] => rule.Conditions[0].PathPatternConfig.Values;

const isBalancers = (name: string) => name.startsWith('DoorBalancerSecurityGroup');

t.test(
  'behind a gateway the balancer is internal, and lets in nothing but the link of the gateway',
  async (t) => {
    const template = behindGateway.services();
    t.match(only(template, BALANCER), { Scheme: 'internal' });
    const allowed = ingressOf(template, isBalancers);
    t.equal(allowed.length, 1);
    t.match(allowed[0].SourceSecurityGroupId['Fn::GetAtt'][0], /^DoorGateway/);
    template.resourceCountIs('AWS::WAFv2::WebACL', 0);
    t.notMatch(JSON.stringify(template.findOutputs('*')), /"Url"/);
  },
);

t.test('a public balancer has TLS 1.2 or more, its own firewall, and sends plain HTTP to it', async (t) => {
  const template = byName.services();
  t.match(only(template, BALANCER), { Scheme: 'internet-facing' });
  template.hasResourceProperties(LISTENER, {
    Port: 443,
    Protocol: 'HTTPS',
    SslPolicy: Match.stringLikeRegexp('^ELBSecurityPolicy-TLS13-1-2-'),
    Certificates: [{ CertificateArn: certificateArn }],
  });
  template.hasResourceProperties(LISTENER, {
    Port: 80,
    DefaultActions: [
      { Type: 'redirect', RedirectConfig: { Port: '443', Protocol: 'HTTPS', StatusCode: 'HTTP_301' } },
    ],
  });
  template.resourceCountIs(LISTENER, 2);
  const [balancer] = Object.keys(propertiesOf(template, BALANCER));
  template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { ResourceArn: { Ref: balancer } });
  template.hasOutput('Url', { Value: `https://${domainName}` });
  t.equal(byName.stacks.gateway, undefined);
});

t.test('plain HTTP is open for the listed networks alone', async (t) => {
  const template = plain.services();
  t.match(only(template, LISTENER), { Port: 80, Protocol: 'HTTP' });
  const allowed = ingressOf(template, isBalancers);
  t.strictSame(allowed.map(({ CidrIp, FromPort }) => `${CidrIp}:${FromPort}`).sort(), [
    '192.0.2.0/28:80',
    '198.51.100.7/32:80',
  ]);
  template.resourceCountIs('AWS::WAFv2::WebACL', 1);
});

t.test('the paths of the model server lead to it, and everything else to the orchestrator', async (t) => {
  const template = byName.services();
  const [unrouted, model, ...more] = rulesOf(template);
  t.equal(more.length, 0);
  t.strictSame(pathsOf(model), [...MODEL_PATHS]);
  t.match(model.Actions[0].TargetGroupArn.Ref, /^ModelTargets/);
  t.equal(model.Transforms, undefined, 'no stage of a gateway to take away');
  t.strictSame(pathsOf(unrouted), [...UNROUTED_PATHS]);
  template.hasResourceProperties(LISTENER, {
    Port: 443,
    DefaultActions: [
      { TargetGroupArn: { Ref: Match.stringLikeRegexp('^OrchestratorTargets') }, Type: 'forward' },
    ],
  });
});

t.test('/metrics is answered 404 before any other rule, also by the path that a gateway sends', async (t) => {
  for (const { services } of [behindGateway, byName, plain]) {
    const [first] = rulesOf(services());
    t.ok(pathsOf(first).includes('/metrics*'));
    t.match(first.Actions, [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }]);
    t.equal(JSON.parse(first.Actions[0].FixedResponseConfig.MessageBody).error.code, 'route_not_found');
  }
  t.ok(pathsOf(rulesOf(behindGateway.services())[0]).includes('/live/metrics*'));
});

t.test('the stage of the gateway is taken away from paths, whether or not it was sent', async (t) => {
  const [, model, orchestrator] = rulesOf(behindGateway.services());
  t.strictSame(pathsOf(model), ['/v2*', '/v1/models*', '/live/v2*', '/live/v1/models*']);
  t.strictSame(pathsOf(orchestrator), ['/*']);
  for (const rule of [model, orchestrator]) {
    t.equal(rule.Transforms.length, 1);
    const [{ Regex, Replace }] = rule.Transforms[0].UrlRewriteConfig.Rewrites;
    const rewritten = (path: string) => path.replace(new RegExp(Regex), Replace);
    t.equal(rewritten('/live/v1/predictions/a?b=/live/'), '/v1/predictions/a?b=/live/');
    t.equal(rewritten('/v1/predictions'), '/v1/predictions');
    t.equal(rewritten('/v1/features/live/live/'), '/v1/features/live/live/');
    t.equal(rewritten('/lively'), '/lively');
  }
});

t.test('the balancer drops malformed headers and logs who asked', async (t) => {
  const { LoadBalancerAttributes } = only(behindGateway.services(), BALANCER);
  t.equal(attribute(LoadBalancerAttributes, 'routing.http.drop_invalid_header_fields.enabled'), 'true');
  t.equal(attribute(LoadBalancerAttributes, 'access_logs.s3.enabled'), 'true');
});

t.test('no stage protects what has to go when it is removed: its stacks are protected', async (t) => {
  const kept = only(stacksOf({ data: 'keep' }).services(), BALANCER);
  t.equal(attribute(kept.LoadBalancerAttributes, 'deletion_protection.enabled'), 'false');
});

t.test('exposures that contradict themselves are refused', async (t) => {
  const refused = (exposure: unknown, message: RegExp, name = 'sand') =>
    t.throws(() => sampleStage({ exposure, name }), { message });
  const gateway = SETTINGS.exposure.gateway;
  refused({}, /exposure must be gateway or balancer/);
  refused({ gateway, balancer: { certificateArn, domainName } }, /exposure must be gateway or balancer/);
  refused({ balancer: { certificateArn } }, /domainName goes with certificateArn/);
  refused({ gateway: { ...gateway, domainName } }, /exposure.gateway.domainName goes with certificateArn/);
  refused({ balancer: { plainHttpFor: ['0.0.0.0/0'] } }, /not for everybody/);
  refused({ balancer: { plainHttpFor: ['192.0.2.0/28'] } }, /is for the stage sand alone/, 'dev');
});
