import { type Basis, billOf, GIGABYTE, type Line } from '../line.ts';
import { ASSUMED, MONTH_HOURS, runsPerMonth } from '../load.ts';

/** What is paid for being there, and what is paid by the event in small numbers. */
export function standingLines({ stage, region, month, facts, tasks }: Basis): Line[] {
  const all = [];
  const taskCount = tasks.orchestrator.tasks + tasks.model.tasks;
  const kms = billOf('KMS', region);
  kms.add('keys', facts.keys, 'key');
  // a bucket key and DynamoDB's own cache make few of many: a call for each task and each table and bucket a minute
  kms.add('requests', (taskCount * MONTH_HOURS * 60 * 4) / 1e4, 'keyRequests');
  const secrets = billOf('Secrets Manager', region);
  secrets.add('secrets', facts.secrets, 'secret');
  const watch = billOf('CloudWatch', region);
  watch.add('logs', (taskCount * MONTH_HOURS * ASSUMED.logBytesPerTaskHour) / GIGABYTE, 'logIngestion');
  if (stage.exposure.gateway)
    watch.add(
      "the gateway's access logs",
      (month.requests * ASSUMED.accessLogBytes) / GIGABYTE,
      'logIngestion',
    );
  watch.add('alarms', facts.alarms, 'alarm');
  watch.add('composite alarms', facts.compositeAlarms, 'compositeAlarm');
  watch.add('dashboards', facts.dashboards, 'dashboard');
  // drift, performance and traffic of each model, as the monitor tells them
  watch.add('metrics of models', stage.retraining.models.length * 20, 'customMetric');
  const steps = billOf('Step Functions', region);
  const trainings = runsPerMonth(stage.retraining.schedule) * stage.retraining.models.length;
  steps.add('transitions', (trainings * ASSUMED.retrainingTransitions) / 1_000, 'transitions');
  const sns = billOf('SNS', region);
  sns.add(
    'notifications',
    (month.activeHours / MONTH_HOURS) * (100 / 1e5) * stage.alarms.emails.length,
    'notifications',
  );
  const images = billOf('ECR', region);
  images.add('images', ASSUMED.imageGigabytes, 'imageStorage');
  all.push(...kms.lines, ...secrets.lines, ...watch.lines, ...steps.lines, ...sns.lines, ...images.lines);
  return all;
}
