import { MODEL_PATHS, UNROUTED_PATHS } from '@tristore/common/resources.ts';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** The name of the gateway's stage, with which the paths of its callers begin. */
export const GATEWAY_STAGE = 'live';

const UNROUTED = JSON.stringify({
  error: {
    code: 'route_not_found',
    message: 'the balancer does not route this path',
    request_id: '',
  },
});

/**
 * The gateway sends the name of its stage as part of the path, and can take it away only by a template over the body,
 * which binary tensors would not survive. So the balancer takes it away; a path without it is left as it is.
 */
function removeGatewayStage(rule: elb.ApplicationListenerRule): void {
  (rule.node.defaultChild as elb.CfnListenerRule).transforms = [
    {
      type: 'url-rewrite',
      urlRewriteConfig: { rewrites: [{ regex: `^/${GATEWAY_STAGE}/(.*)$`, replace: '/$1' }] },
    },
  ];
}

export interface RouteProps {
  orchestrator: elb.ApplicationTargetGroup;
  model: elb.ApplicationTargetGroup;
  behindGateway: boolean;
}

/** The paths of the model server, those that lead nowhere, and behind a gateway everything else below its stage. */
export function addRoutes(
  listener: elb.ApplicationListener,
  { orchestrator, model, behindGateway }: RouteProps,
): void {
  let priority = 0;
  const rule = (
    id: string,
    paths: readonly string[],
    action: elb.ListenerAction,
    rewritten = behindGateway,
  ) => {
    const staged =
      behindGateway && !paths.includes('/*') ? paths.map((path) => `/${GATEWAY_STAGE}${path}`) : [];
    priority += 10;
    const added = new elb.ApplicationListenerRule(listener, id, {
      listener,
      priority,
      conditions: [elb.ListenerCondition.pathPatterns([...paths, ...staged])],
      action,
    });
    if (rewritten) removeGatewayStage(added);
  };
  const notFound = elb.ListenerAction.fixedResponse(404, {
    contentType: 'application/json',
    messageBody: UNROUTED,
  });
  rule('Unrouted', UNROUTED_PATHS, notFound, false);
  rule('Model', MODEL_PATHS, elb.ListenerAction.forward([model]));
  // the default action of a listener cannot rewrite
  if (behindGateway) rule('Orchestrator', ['/*'], elb.ListenerAction.forward([orchestrator]));
}
