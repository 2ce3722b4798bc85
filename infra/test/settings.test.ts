import t from 'tap';
import { otherValue, SETTINGS, valueAt, withValues } from '../checks/stage-settings.ts';
import { synthesise } from '../checks/synthesise.ts';
import { loadStage } from '../stages/load-stage.ts';
import { defineStage } from '../stages/stage.ts';
import { IMAGES } from './sample-stage.ts';

t.setTimeout(300_000);

/** No template shows these: what else heeds them. */
const BESIDE_TEMPLATES: Record<string, string> = {
  account: 'the commands compare it with the credentials',
};

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/one';
const gateway = {
  'exposure.gateway.certificateArn': CERTIFICATE,
  'exposure.gateway.domainName': 'api.example.org',
};
const balancer = {
  'exposure.gateway': undefined,
  'exposure.balancer': { certificateArn: CERTIFICATE, domainName: 'api.example.org' },
};

/** What a setting needs beside it, before it is changed. */
const GIVEN: Record<string, Record<string, unknown>> = {
  'monitor.missedAfterMinutes': { 'monitor.enabled': true },
  'retraining.enabled': { 'retraining.schedule': 'rate(9 days)' },
  'evaluation.infrequentAfterDays': { 'evaluation.deleteAfterDays': 90 },
  'exposure.gateway.cacheSeconds': { 'exposure.gateway.cacheGigabytes': '0.5' },
  'exposure.gateway.certificateArn': gateway,
  'exposure.gateway.domainName': gateway,
  'exposure.balancer.certificateArn': balancer,
  'exposure.balancer.domainName': balancer,
  'exposure.balancer.plainHttpFor': {
    'exposure.gateway': undefined,
    'exposure.balancer': { plainHttpFor: ['192.0.2.0/24'] },
  },
  'oidc.issuer': { oidc: { issuer: 'https://login.example.org', audience: 'tristore' } },
  'oidc.audience': { oidc: { issuer: 'https://login.example.org', audience: 'tristore' } },
};

/** What a setting is changed to, where its schema alone does not tell. */
const CHANGED: Record<string, unknown> = {
  name: 'other',
  region: 'eu-west-1',
  'network.cidr': '10.99.0.0/16',
  'exposure.gateway.certificateArn': CERTIFICATE.replace('one', 'two'),
  'exposure.gateway.domainName': 'other.example.org',
  'exposure.balancer.certificateArn': CERTIFICATE.replace('one', 'two'),
  'exposure.balancer.domainName': 'other.example.org',
  'exposure.balancer.plainHttpFor': ['198.51.100.0/24'],
  'orchestrator.environment': { MAX_WAITING: '1234' },
  'model.environment': { BATCH_MAX_ROWS: '512' },
  'orchestrator.memoryMib': 2048,
  'model.memoryMib': 2048,
  'jobs.training.cpu': 2048,
  'jobs.training.memoryMib': 5120,
  'jobs.small.memoryMib': 2048,
  'oidc.issuer': 'https://other.example.org',
  'oidc.audience': 'other',
  corsOrigins: ['https://page.example.org'],
  'alarms.emails': ['somebody@example.org'],
  'alarms.webhook': 'https://hook.example.org/',
  'monitor.schedule': 'rate(2 hours)',
  'retraining.models': ['another'],
  'retraining.schedule': 'rate(9 days)',
};

t.test('every setting that an operator can change changes what is deployed', async (t) => {
  const sand = loadStage('sand');
  const seen = new Map<string, string>();
  const templatesOf = (settings: object) => {
    const key = JSON.stringify(settings);
    const templates =
      seen.get(key) ??
      JSON.stringify([...synthesise({ stage: defineStage(settings), images: IMAGES }).templates]);
    seen.set(key, templates);
    return templates;
  };
  for (const setting of SETTINGS) {
    const { path } = setting;
    if (BESIDE_TEMPLATES[path]) continue;
    const before = withValues(sand, GIVEN[path] ?? {});
    const value = CHANGED[path] ?? otherValue(setting, valueAt(before, path));
    if (value === undefined) {
      t.fail(`this test does not know what to change ${path} to`);
      continue;
    }
    try {
      const after = templatesOf(withValues(before, { [path]: value }));
      t.ok(after !== templatesOf(before), `${path}: ${JSON.stringify(value)}`);
    } catch (error) {
      t.fail(`${path}: ${JSON.stringify(value)}: ${(error as Error).message}`);
    }
  }
});

t.test('the exceptions are settings', async (t) => {
  const paths = new Set(SETTINGS.map(({ path }) => path));
  for (const path of Object.keys({ ...BESIDE_TEMPLATES, ...CHANGED, ...GIVEN })) t.ok(paths.has(path), path);
});
