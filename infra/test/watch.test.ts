import { MODEL_ALARMS } from '@tristore/common/resources.ts';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { automatic, synthesised } from './synthesised.ts';

const { watch, jobs, stage } = await synthesised('prd', (prd) => ({
  ...automatic(prd),
  alarms: { ...prd.alarms, emails: ['on-call@example.com'] },
}));

interface Alarm {
  AlarmDescription: string;
  Threshold: number;
  ComparisonOperator: string;
  TreatMissingData: string;
  EvaluationPeriods: number;
  Period?: number;
  MetricName?: string;
  AlarmActions?: unknown[];
}
const alarmsOf = (template: Template): Record<string, Alarm> =>
  Object.fromEntries(
    Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [
      id,
      Properties,
    ]),
  );
const alarms = alarmsOf(watch.assertions);
const alarm = (start: string): Alarm => {
  const [found] = Object.entries(alarms).filter(([id]) => id.startsWith(start));
  if (!found) throw new Error(`no alarm ${start}`);
  return found[1];
};

t.test('every alarm tells the topic', async (t) => {
  for (const [id, { AlarmActions }] of [
    ...Object.entries(alarms),
    ...Object.entries(alarmsOf(jobs.assertions)),
  ])
    t.match(JSON.stringify(AlarmActions), /Alarm/, id);
});

t.test('no task that is ready is alarming, also where nothing is counted', async (t) => {
  for (const service of ['OrchestratorGone', 'ModelGone']) {
    const { TreatMissingData, ComparisonOperator, Threshold } = alarm(service);
    t.same([TreatMissingData, ComparisonOperator, Threshold], ['breaching', 'LessThanThreshold', 1], service);
  }
});

t.test(
  'both services are watched for errors, slowness, CPU and memory by the limits of the stage',
  async (t) => {
    for (const service of ['Orchestrator', 'Model']) {
      t.equal(alarm(`${service}Errors`).Threshold, stage.alarms.errorPercent);
      t.equal(alarm(`${service}Latency`).Threshold, stage.alarms.latencyP99Seconds);
      t.equal(alarm(`${service}Cpu`).Threshold, stage.alarms.saturationPercent);
      t.equal(alarm(`${service}Memory`).Threshold, stage.alarms.saturationPercent);
    }
  },
);

t.test('records that wait are seen, since a failed conversion blocks delivery for ever', async (t) => {
  for (const stream of ['predictions', 'outcomes']) {
    const { MetricName, Threshold, ComparisonOperator } = alarm(`EvaluationStore${stream}late`);
    t.equal(MetricName, 'DeliveryToS3.DataFreshness');
    t.equal(ComparisonOperator, 'GreaterThanThreshold');
    t.equal(Threshold, 900, 'three buffers of 300 s');
    t.equal(alarm(`EvaluationStore${stream}notconverted`).MetricName, 'FailedConversion.Records');
    t.equal(alarm(`EvaluationStore${stream}throttled`).MetricName, 'ThrottledRecords');
  }
});

t.test('both tables are watched for throttling and errors', async (t) => {
  for (const table of ['features', 'state'])
    for (const what of ['throttled', 'errors']) t.ok(alarm(`FeatureStore${table}${what}`));
});

t.test('a monitor that does not run is missed, unless it is off', async (t) => {
  const { TreatMissingData, Period, MetricName } = alarm('JobsMonitormissed');
  t.same([TreatMissingData, Period, MetricName], ['breaching', 1_200, 'monitor_runs']);
  const { watch: off, jobs: offJobs } = await synthesised('sand');
  t.notOk(Object.keys(alarmsOf(off.assertions)).some((id) => id.includes('Monitormissed')));
  for (const { TreatMissingData: missing } of Object.values(alarmsOf(offJobs.assertions)))
    t.not(missing, 'breaching');
});

t.test('lost starts and failed runs of retraining are seen', async (t) => {
  t.equal(alarm('Jobsmonitorstartlost').MetricName, 'ApproximateNumberOfMessagesVisible');
  t.equal(alarm('Jobsretrainingstartlost').MetricName, 'ApproximateNumberOfMessagesVisible');
  t.equal(alarm('JobsRetrainingfailed').Threshold, 0);
});

t.test('the alarms about a model are those of resources.ts', async (t) => {
  for (const [name, { metric, threshold, statistic, periods }] of Object.entries(MODEL_ALARMS))
    jobs.assertions.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'Tristore',
      MetricName: metric,
      Threshold: threshold,
      Statistic: statistic,
      EvaluationPeriods: periods,
      Dimensions: [
        { Name: 'model_name', Value: 'credit-default' },
        { Name: 'stage', Value: 'prd' },
      ],
      AlarmDescription: Match.stringLikeRegexp(name),
    });
  t.equal(Object.keys(alarmsOf(jobs.assertions)).length, Object.keys(MODEL_ALARMS).length);
});

t.test('the service is ill where callers notice', async (t) => {
  const [ill] = Object.values(watch.assertions.findResources('AWS::CloudWatch::CompositeAlarm'));
  const rule = JSON.stringify(ill?.['Properties'].AlarmRule);
  for (const part of [
    'OrchestratorErrors',
    'ModelErrors',
    'OrchestratorGone',
    'ModelGone',
    'BalancerErrors',
    'OrchestratorLatency',
  ])
    t.match(rule, new RegExp(part));
  t.notMatch(rule, /Cpu|Unhealthy/);
});

t.test('who is named in the stage gets mail, and a failed deployment is told', async () => {
  watch.assertions.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'on-call@example.com',
  });
  watch.assertions.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: Match.objectLike({ detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] } }),
  });
});

t.test(
  'the dashboard shows traffic, latency, errors, saturation, both stores, the models and the jobs',
  async (t) => {
    const [dashboard] = Object.values(watch.assertions.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard?.['Properties'].DashboardBody);
    for (const metric of [
      'RequestCount',
      'TargetResponseTime',
      'HTTPCode_Target_5XX_Count',
      'CPUUtilization',
      'DeliveryToS3.DataFreshness',
      'ThrottledRequests',
      ...Object.values(MODEL_ALARMS).map(({ metric }) => metric),
      'monitor_runs',
      'ExecutionsFailed',
    ])
      t.ok(body.includes(metric), metric);
    t.match(body, /\/metrics/, 'says what is not here');
  },
);
