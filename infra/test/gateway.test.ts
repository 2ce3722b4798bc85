import { Match } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { loadStage } from '../stages/load-stage.ts';
import { STAGE_NAMES } from '../stages/stage-names.ts';
import { SETTINGS } from './sample-stage.ts';
import { type Properties, propertiesOf, stacksOf } from './stacks.ts';

const gateway = { requestsPerSecond: 100, burst: 200, cacheGigabytes: '0.5', cacheSeconds: 30 };
const cached = stacksOf({ exposure: { gateway } });
const template = cached.gateway();
const uncached = stacksOf({ exposure: { gateway: SETTINGS.exposure.gateway } });

const methods = Object.values(propertiesOf(template, 'AWS::ApiGateway::Method'));
const [stage] = Object.values(propertiesOf(template, 'AWS::ApiGateway::Stage')) as [Properties];
const settingsOf = (resourcePath: string, verb: string): Properties =>
  stage.MethodSettings.find(
    ({ ResourcePath, HttpMethod }: Properties) => ResourcePath === resourcePath && HttpMethod === verb,
  );

t.test('every path and method is handed on to the balancer through a link of the second kind', async (t) => {
  const resources = propertiesOf(template, 'AWS::ApiGateway::Resource');
  const where = ({ ResourceId }: Properties) => resources[ResourceId.Ref]?.PathPart ?? '/';
  t.strictSame(methods.map((method) => `${method.HttpMethod} ${where(method)}`).sort(), [
    'ANY /',
    'ANY feature-views',
    'ANY registry',
    'ANY {proxy+}',
    'GET feature-views',
    'GET registry',
  ]);
  const [link] = Object.keys(propertiesOf(template, 'AWS::ApiGatewayV2::VpcLink'));
  for (const { Integration, HttpMethod } of methods) {
    t.match(Integration, { Type: 'HTTP_PROXY', ConnectionType: 'VPC_LINK', ConnectionId: { Ref: link } });
    t.equal(Integration.IntegrationHttpMethod, HttpMethod);
    t.match(JSON.stringify(Integration.IntegrationTarget), /ExportsOutputRefDoorBalancer/);
    t.notOk(Integration.RequestTemplates, 'a template would read the body, and break tensors');
  }
});

t.test('the link wears the one group that the balancer lets in', async (t) => {
  const [{ SecurityGroupIds, SubnetIds }] = Object.values(
    propertiesOf(template, 'AWS::ApiGatewayV2::VpcLink'),
  ) as [Properties];
  t.equal(SecurityGroupIds.length, 1);
  t.match(JSON.stringify(SecurityGroupIds[0]), /DoorGateway/);
  t.equal(SubnetIds.length, 2);
});

t.test('the gateway asks for no key of its own: the services know whose it is', async (t) => {
  for (const { ApiKeyRequired, AuthorizationType } of methods) {
    t.equal(ApiKeyRequired, false);
    t.equal(AuthorizationType, 'NONE');
  }
  template.resourceCountIs('AWS::ApiGateway::ApiKey', 0);
  template.resourceCountIs('AWS::ApiGateway::UsagePlan', 0);
});

t.test('all that the stage lets through is throttled', async (t) => {
  for (const { ThrottlingRateLimit, ThrottlingBurstLimit } of stage.MethodSettings)
    t.strictSame([ThrottlingRateLimit, ThrottlingBurstLimit], [100, 200]);
  t.ok(settingsOf('/*', '*'));
});

t.test(
  'only feature views and the registry are cached, encrypted, for as long as the stage says',
  async (t) => {
    t.match(stage, { CacheClusterEnabled: true, CacheClusterSize: '0.5' });
    t.equal(settingsOf('/*', '*').CachingEnabled, false);
    const caching = stage.MethodSettings.filter(({ CachingEnabled }: Properties) => CachingEnabled);
    t.strictSame(
      caching.map(
        ({ HttpMethod, ResourcePath }: Properties) => `${HttpMethod} ${ResourcePath.replaceAll('~1', '/')}`,
      ),
      ['GET //v1/feature-views', 'GET //v1/registry'],
    );
    for (const settings of caching) t.match(settings, { CacheDataEncrypted: true, CacheTtlInSeconds: 30 });
  },
);

t.test(
  'a cached answer is given again only to who brings the same credentials, from the same origin',
  async (t) => {
    const reads = methods.filter(({ HttpMethod }) => HttpMethod === 'GET');
    t.equal(reads.length, 2);
    const key = ['x-api-key', 'Authorization', 'Origin'].map((name) => `method.request.header.${name}`);
    for (const { Integration, RequestParameters } of reads) {
      t.strictSame(Integration.CacheKeyParameters, key);
      t.strictSame(
        Object.keys(RequestParameters),
        key,
        'a key parameter counts only where the method names it',
      );
    }
  },
);

t.test('without a size there is no cache', async (t) => {
  const [{ CacheClusterEnabled, MethodSettings }] = Object.values(
    propertiesOf(uncached.gateway(), 'AWS::ApiGateway::Stage'),
  ) as [Properties];
  t.equal(CacheClusterEnabled, false);
  t.equal(MethodSettings.length, 1);
});

t.test('bodies pass as bytes, and TLS 1.2 is the least', async () => {
  template.hasResourceProperties('AWS::ApiGateway::RestApi', {
    BinaryMediaTypes: ['*/*'],
    SecurityPolicy: 'SecurityPolicy_TLS13_1_2_2021_06',
    EndpointAccessMode: 'BASIC',
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
});

t.test('logs tell who asked for what, and neither keys nor queries nor bodies', async (t) => {
  const { Format } = stage.AccessLogSetting;
  t.match(JSON.parse(Format), { path: '$context.path', status: '$context.status' });
  t.notMatch(Format, /apiKey|authorizer|requestOverride|querystring|header/i);
  for (const { LoggingLevel, DataTraceEnabled } of stage.MethodSettings)
    t.strictSame([LoggingLevel, DataTraceEnabled], ['ERROR', false]);
  const retention = Object.values(propertiesOf(template, 'AWS::Logs::LogGroup')).map(
    ({ RetentionInDays }) => RetentionInDays,
  );
  t.strictSame(retention, [7, 7, 7], 'access, errors, firewall');
});

t.test("the role by which gateways write logs is the account's, and stays", async () => {
  template.hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'Retain' });
  template.hasResource('AWS::IAM::Role', { DeletionPolicy: 'Retain' });
});

t.test('the firewall stands before the stage', async () => {
  template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
    ResourceArn: { 'Fn::Join': ['', Match.arrayWith(['/stages/'])] },
  });
});

t.test('with a name of its own the gateway is reached by that alone', async (t) => {
  const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/a';
  const named = stacksOf({
    exposure: { gateway: { ...gateway, domainName: 'scores.example', certificateArn } },
  }).gateway();
  named.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
  named.hasResourceProperties('AWS::ApiGateway::DomainName', {
    DomainName: 'scores.example',
    RegionalCertificateArn: certificateArn,
    SecurityPolicy: 'TLS_1_2',
  });
  named.resourceCountIs('AWS::ApiGateway::BasePathMapping', 1);
  named.hasOutput('Url', { Value: 'https://scores.example' });
  t.match(JSON.stringify(template.findOutputs('Url')), /execute-api.*\/live"/);
});

t.test('each stage has one door', async (t) => {
  for (const name of STAGE_NAMES) {
    const { exposure } = loadStage(name);
    t.equal(Number(Boolean(exposure.gateway)) + Number(Boolean(exposure.balancer)), 1, name);
  }
});
