import { MODEL_ALARMS, type ModelAlarm } from '@tristore/common/resources.ts';
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { errorPercent } from '../error-percent.ts';
import { modelMetric, monitorRuns } from '../model-alarms.ts';
import type { WatchStackProps } from '../watch-stack.ts';
import { freshness } from './evaluation-store-alarms.ts';
import { tableSum } from './feature-store-alarms.ts';
import { failedRuns } from './job-alarms.ts';

const { GraphWidget } = cloudwatch;
const minute = { period: Duration.minutes(1) };
const WIDTH = 24;

const NOT_HERE = `**Not here:** what the services count themselves (queues, caches, breakers, batches, the spool) is at each
task's \`/metrics\`, which the balancer does not route: a Prometheus or an OpenTelemetry collector inside the VPC reads it.
Docs: \`docs/runbook.md\`.`;

export interface DashboardProps extends Pick<WatchStackProps, 'stage' | 'data' | 'services' | 'retraining'> {
  alarms: cloudwatch.IAlarm[];
}

/** Graphs side by side that fill a row. */
const row = (graphs: Record<string, cloudwatch.IMetric[]>): cloudwatch.IWidget[] =>
  Object.entries(graphs).map(
    ([title, left]) =>
      new GraphWidget({
        title,
        left,
        width: Math.floor(WIDTH / Object.keys(graphs).length),
        height: 6,
        leftYAxis: { min: 0 },
      }),
  );

function serviceRows({ services }: DashboardProps) {
  const both = [
    ['orchestrator', services.orchestrator, services.orchestratorTargets],
    ['model server', services.model, services.modelTargets],
  ] as const;
  const requests = (targets: elb.IApplicationTargetGroup, label: string) =>
    targets.metrics.requestCount({ ...minute, statistic: 'Sum', label });
  const errors = (targets: elb.IApplicationTargetGroup) =>
    targets.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, { ...minute, statistic: 'Sum' });
  return {
    traffic: row({ 'Requests a minute': both.map(([name, , targets]) => requests(targets, name)) }),
    latency: row(
      Object.fromEntries(
        both.map(([name, , { metrics }]) => [
          `Seconds to an answer: ${name}`,
          ['p50', 'p95', 'p99'].map((statistic) =>
            metrics.targetResponseTime({ ...minute, statistic, label: statistic }),
          ),
        ]),
      ),
    ),
    errors: row({
      '5xx, percent': both.map(([label, , targets]) =>
        errorPercent(errors(targets), requests(targets, label), {
          ...minute,
          name: label.split(' ')[0] ?? label,
          label,
        }),
      ),
      'Refused (4xx) and by the balancer itself (5xx)': [
        services.balancer.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_4XX_COUNT, {
          ...minute,
          statistic: 'Sum',
          label: '4xx',
        }),
        services.balancer.metrics.httpCodeElb(elb.HttpCodeElb.ELB_5XX_COUNT, {
          ...minute,
          statistic: 'Sum',
          label: '5xx of the balancer',
        }),
      ],
    }),
    saturation: row({
      'CPU, percent': both.map(([label, service]) => service.metricCpuUtilization({ ...minute, label })),
      'Memory, percent': both.map(([label, service]) =>
        service.metricMemoryUtilization({ ...minute, label }),
      ),
      'Tasks that are ready': both.map(([label, , { metrics }]) =>
        metrics.healthyHostCount({ ...minute, statistic: 'Minimum', label }),
      ),
    }),
  };
}

function storeRows({ data }: DashboardProps) {
  const streams = { predictions: data.evaluationStore.predictions, outcomes: data.evaluationStore.outcomes };
  const tables = { features: data.featureStore.features, state: data.featureStore.state };
  const ofEach = <T>(things: Record<string, T>, metric: (thing: T, name: string) => cloudwatch.IMetric) =>
    Object.entries(things).map(([name, thing]) => metric(thing, name));
  return {
    evaluationStore: row({
      'Age of the oldest record not in S3, seconds': ofEach(streams, (stream, label) =>
        freshness(stream).with({ label }),
      ),
      'Records a minute': ofEach(streams, (stream, label) =>
        stream.metric('IncomingRecords', { ...minute, statistic: 'Sum', label }),
      ),
      'Records not converted': ofEach(streams, (stream, label) =>
        stream.metric('FailedConversion.Records', { ...minute, statistic: 'Sum', label }),
      ),
    }),
    featureStore: row({
      'Units a minute': ofEach(tables, (table, name) =>
        table.metricConsumedReadCapacityUnits({ ...minute, label: `${name}: read` }),
      ).concat(
        ofEach(tables, (table, name) =>
          table.metricConsumedWriteCapacityUnits({ ...minute, label: `${name}: written` }),
        ),
      ),
      Throttled: ofEach(tables, (table, name) => tableSum(table, 'ThrottledRequests', name)),
      'Errors of DynamoDB': ofEach(tables, (table, name) => tableSum(table, 'SystemErrors', name)),
    }),
  };
}

function modelRows({ stage, retraining }: DashboardProps) {
  const graph = (rule: ModelAlarm) =>
    stage.retraining.models.map((model) =>
      modelMetric(stage, model, { ...rule, periodSeconds: 300 }).with({ label: model }),
    );
  return {
    models: row({
      'Drift: largest stability index': graph(MODEL_ALARMS.drift),
      'AUC lost since training': graph(MODEL_ALARMS.performance),
      'Predictions in five minutes': graph(MODEL_ALARMS.no_traffic),
    }),
    jobs: row({
      'Runs of the monitor that ended well, an hour': [monitorRuns(stage, Duration.hours(1))],
      'Runs of retraining': [
        retraining.machine.metricStarted({ period: Duration.hours(1), statistic: 'Sum', label: 'started' }),
        failedRuns(retraining.machine),
      ],
    }),
  };
}

/** One page: from what callers see down to what runs by itself. */
export class Dashboard extends Construct {
  /** Which CloudFormation makes up. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { traffic, latency, errors, saturation } = serviceRows(props);
    const { evaluationStore, featureStore } = storeRows(props);
    const { models, jobs } = modelRows(props);
    const { dashboardName } = new cloudwatch.Dashboard(this, 'Dashboard', {
      widgets: [
        [
          new cloudwatch.AlarmStatusWidget({
            title: 'Alarms',
            alarms: props.alarms,
            width: WIDTH,
            height: 6,
          }),
        ],
        traffic,
        latency,
        errors,
        saturation,
        evaluationStore,
        featureStore,
        models,
        jobs,
        [new cloudwatch.TextWidget({ markdown: NOT_HERE, width: WIDTH, height: 2 })],
      ],
    });
    this.name = dashboardName;
  }
}
