import { ArnFormat, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { firewallRules, visible } from './firewall-rules.ts';

export interface FirewallProps {
  stage: Stage;
  /** ARN of a balancer, or of a gateway's stage. */
  protects: string;
}

const redacted = ['authorization', 'x-api-key', 'cookie'].map((name) => ({ singleHeader: { Name: name } }));

/** Refuses what no caller of ours sends, before it costs anything. The same for both ways to expose a stage. */
export class Firewall extends Construct {
  readonly acl: wafv2.CfnWebACL;

  constructor(scope: Construct, id: string, { stage, protects }: FirewallProps) {
    super(scope, id);
    this.acl = new wafv2.CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rules: firewallRules(stage.firewall),
      visibilityConfig: visible('firewall'),
    });
    new wafv2.CfnWebACLAssociation(this, 'Association', {
      webAclArn: this.acl.attrArn,
      resourceArn: protects,
    });
    this.#log(stage);
  }

  /** What was refused or counted, without keys and queries. What was let in is in the balancer's own logs. */
  #log({ logs: { retentionDays } }: Stage): void {
    const logGroup = new logs.LogGroup(this, 'Logs', {
      // WAF writes to no group whose name begins otherwise
      logGroupName: `aws-waf-logs-${Names.uniqueResourceName(this, { maxLength: 100 })}`,
      retention: retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new wafv2.CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.acl.attrArn,
      // without the :* that a log group's own ARN ends with, which WAF refuses
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: logGroup.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: [...redacted, { queryString: {} }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }, { ActionCondition: { Action: 'COUNT' } }],
          },
        ],
      },
    });
  }
}
