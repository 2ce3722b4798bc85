import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** Below so many requests in a period a share of errors says nothing. */
const ENOUGH_REQUESTS = 20;

/** Errors among requests, in percent. `name` tells it from others in one graph. */
export function errorPercent(
  errors: cloudwatch.IMetric,
  requests: cloudwatch.IMetric,
  { name, label, period }: { name: string; label: string; period: Duration },
) {
  const [e, r] = [`${name}_errors`, `${name}_requests`];
  return new cloudwatch.MathExpression({
    expression: `IF(${r} >= ${ENOUGH_REQUESTS}, 100 * FILL(${e}, 0) / ${r}, 0)`,
    usingMetrics: { [e]: errors, [r]: requests },
    label,
    period,
  });
}
