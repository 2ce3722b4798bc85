import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type { ServiceStack } from './service-stack.ts';

/** What is the same for everybody who may see it, and read often: the only answers that are cached. */
export const CACHED_PATHS = ['/v1/feature-views', '/v1/registry'] as const;

/**
 * Who asks, and from which web page: an answer is given again only to the same. So a revoked key reads these two routes
 * until its answers have expired, and no caller reads what another was allowed to.
 */
const CACHE_KEY = ['x-api-key', 'Authorization', 'Origin'].map((name) => `method.request.header.${name}`);

/** Whether callers must give them: no, the services judge that. */
const optional = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, false]));

export interface GatewayRoutesProps {
  api: apigateway.RestApi;
  services: ServiceStack;
}

/** Every path and method, handed on to the balancer through a link into the VPC. */
export class GatewayRoutes extends Construct {
  readonly #services: ServiceStack;
  readonly #link: apigateway.IVpcLink;

  constructor(scope: Construct, id: string, { api, services }: GatewayRoutesProps) {
    super(scope, id);
    this.#services = services;
    const { vpc, gatewayGroup } = services;
    const link = new apigatewayv2.VpcLink(this, 'Link', {
      vpc,
      subnets: vpc.selectSubnets(),
      securityGroups: gatewayGroup ? [gatewayGroup] : [],
      vpcLinkName: Stack.of(this).stackName,
    });
    this.#link = apigateway.VpcLink.fromVpcLinkId(this, 'LinkById', link.vpcLinkId);
    this.#handOn(api.root, 'ANY');
    this.#handOn(api.root.addResource('{proxy+}'), 'ANY', ['method.request.path.proxy']);
    for (const path of CACHED_PATHS) {
      const resource = api.root.resourceForPath(path);
      this.#handOn(resource, 'GET', CACHE_KEY);
      this.#handOn(resource, 'ANY');
    }
    // a deployment is a picture of the methods; what is set behind CDK's back must make a new one too
    api.latestDeployment?.addToLogicalId({ link: link.vpcLinkId, target: services.balancer.loadBalancerArn });
  }

  #handOn(resource: apigateway.IResource, verb: string, parameters: readonly string[] = []): void {
    const { balancer } = this.#services;
    const proxied = parameters.includes('method.request.path.proxy');
    const path = proxied ? '/{proxy}' : resource.path;
    const integration = new apigateway.Integration({
      type: apigateway.IntegrationType.HTTP_PROXY,
      integrationHttpMethod: verb,
      uri: `http://${balancer.loadBalancerDnsName}${path}`,
      options: {
        connectionType: apigateway.ConnectionType.VPC_LINK,
        vpcLink: this.#link,
        ...(proxied && {
          requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
        }),
        ...(!proxied && parameters.length && { cacheKeyParameters: [...parameters] }),
      },
    });
    const method = resource.addMethod(verb, integration, {
      apiKeyRequired: false,
      authorizationType: apigateway.AuthorizationType.NONE,
      requestParameters: { ...optional(parameters), ...(proxied && { 'method.request.path.proxy': true }) },
    });
    // a link of the second kind leads to a balancer by its ARN, which this CDK cannot say yet
    (method.node.defaultChild as apigateway.CfnMethod).addPropertyOverride(
      'Integration.IntegrationTarget',
      balancer.loadBalancerArn,
    );
  }
}
