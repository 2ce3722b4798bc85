import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { CACHED_PATHS, GatewayRoutes } from './gateway-routes.ts';
import { GATEWAY_STAGE } from './routing.ts';
import type { ServiceStack } from './service-stack.ts';

export interface GatewayApiProps {
  gateway: NonNullable<Stage['exposure']['gateway']>;
  logs: Stage['logs'];
  services: ServiceStack;
}

const { AccessLogField: field } = apigateway;

/** What is logged of a request: neither headers nor the query, so no keys. A path may name a client's id. */
const ACCESS_LOG = JSON.stringify({
  request_id: field.contextRequestId(),
  ip: field.contextIdentitySourceIp(),
  method: field.contextHttpMethod(),
  path: field.contextPath(),
  status: field.contextStatus(),
  milliseconds: field.contextResponseLatency(),
  service_milliseconds: field.contextIntegrationLatency(),
  bytes: field.contextResponseLength(),
  firewall: field.contextWafResponseCode(),
});

/** Why it does not do what gateways are wont to do. */
const REASONS = {
  'AwsSolutions-APIG2':
    'the services check every request against the schema of its route, and answer what is wrong',
  'AwsSolutions-APIG4': 'the services know API keys, JWT and scopes; health and docs are open to everybody',
  'AwsSolutions-COG4': 'the services take JWT of any OpenID Connect issuer, Cognito among them',
  'AwsSolutions-IAM4[Policy::…/AmazonAPIGatewayPushToCloudWatchLogs]':
    'the policy that AWS made for this one role, which belongs to the account',
};

type MethodOptions = apigateway.MethodDeploymentOptions;

/** Settings of one method replace those of all, so they are said again. */
const cachedMethods = ({ cacheSeconds }: GatewayApiProps['gateway'], everyMethod: MethodOptions) =>
  Object.fromEntries(
    CACHED_PATHS.map((path): [string, MethodOptions] => [
      `${path}/GET`,
      {
        ...everyMethod,
        cachingEnabled: true,
        cacheDataEncrypted: true,
        cacheTtl: Duration.seconds(cacheSeconds),
      },
    ]),
  );

/**
 * A REST API that hands everything on to the balancer as it is. It asks for no keys of its own: `x-api-key` is the
 * services' own, which know whose it is and what it opens. Requests and answers have 10 MB and 29 s at most.
 */
export class GatewayApi extends Construct {
  readonly api: apigateway.RestApi;

  constructor(scope: Construct, id: string, { gateway, logs: { retentionDays }, services }: GatewayApiProps) {
    super(scope, id);
    const logGroup = (name: string, logGroupName?: string) =>
      new logs.LogGroup(this, name, {
        logGroupName,
        retention: retentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      });
    const everyMethod = {
      throttlingRateLimit: gateway.requestsPerSecond,
      throttlingBurstLimit: gateway.burst,
      loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
    };
    this.api = new apigateway.RestApi(this, 'Api', {
      // a name it must have, so it has the stack's
      restApiName: Stack.of(this).stackName,
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      disableExecuteApiEndpoint: Boolean(gateway.domainName),
      // as bytes, JSON too: nothing here reads a body, and a tensor that is read as text is broken
      binaryMediaTypes: ['*/*'],
      // the account's one role for logs is shared by all of its gateways, so it stays when this one goes
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: GATEWAY_STAGE,
        ...everyMethod,
        cachingEnabled: false,
        accessLogDestination: new apigateway.LogGroupLogDestination(logGroup('AccessLogs')),
        accessLogFormat: apigateway.AccessLogFormat.custom(ACCESS_LOG),
        cacheClusterEnabled: Boolean(gateway.cacheGigabytes),
        cacheClusterSize: gateway.cacheGigabytes,
        methodOptions: gateway.cacheGigabytes ? cachedMethods(gateway, everyMethod) : {},
      },
    });
    this.#demandTls();
    for (const [id, reason] of Object.entries(REASONS)) Validations.of(this.api).acknowledge({ id, reason });
    new GatewayRoutes(this, 'Routes', { api: this.api, services });
    // the gateway makes this group itself where it is not there yet, and then nobody removes it
    this.stage.node.addDependency(
      logGroup('ErrorLogs', `API-Gateway-Execution-Logs_${this.api.restApiId}/${GATEWAY_STAGE}`),
    );
  }

  get stage(): apigateway.Stage {
    return this.api.deploymentStage;
  }

  /** Without a slash at the end. */
  get url(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}/${GATEWAY_STAGE}`;
  }

  /** A regional API takes TLS 1.0 unless it is told otherwise. */
  #demandTls(): void {
    const api = this.api.node.defaultChild as apigateway.CfnRestApi;
    api.securityPolicy = 'SecurityPolicy_TLS13_1_2_2021_06';
    api.endpointAccessMode = 'BASIC';
  }
}
