import { App } from 'aws-cdk-lib';
import {
  DISABLE_CREATION_STACK_TRACES,
  FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT,
  VALIDATE_AGAINST_DEFAULT_RULES,
} from 'aws-cdk-lib/cx-api';

/**
 * An empty CDK app that checks nothing by itself, since that takes longer than all else: `infra/checks/rules.ts` adds
 * the checks, and reads what they found. @param outdir without it a temporary folder
 */
export const newApp = (outdir?: string): App =>
  new App({
    ...(outdir && { outdir }),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    // a picture for other tools, which nobody here looks at
    treeMetadata: false,
    context: {
      // a finding has its path
      [DISABLE_CREATION_STACK_TRACES]: true,
      // what was found is told in our words
      [FAIL_SYNTH_ON_VALIDATION_ERRORS_CONTEXT]: false,
      // what CloudFormation would refuse is a fault and no warning
      [VALIDATE_AGAINST_DEFAULT_RULES]: true,
    },
  });
