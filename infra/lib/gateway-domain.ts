import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';

export interface GatewayDomainProps {
  domainName: string;
  /** Of a certificate in the stage's region. */
  certificateArn: string;
  stage: apigateway.Stage;
}

/** A name of your own for the gateway; its paths begin without the name of the stage. */
export class GatewayDomain extends Construct {
  /** Where DNS must lead the name. */
  readonly target: string;

  constructor(scope: Construct, id: string, { domainName, certificateArn, stage }: GatewayDomainProps) {
    super(scope, id);
    const domain = new apigateway.DomainName(this, 'Name', {
      domainName,
      certificate: acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: apigateway.EndpointType.REGIONAL,
      securityPolicy: apigateway.SecurityPolicy.TLS_1_2,
    });
    new apigateway.BasePathMapping(this, 'Paths', { domainName: domain, restApi: stage.restApi, stage });
    this.target = domain.domainNameAliasDomainName;
  }
}
