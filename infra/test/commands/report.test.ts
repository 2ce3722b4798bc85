import t from 'tap';
import { dnsText, urlsText } from '../../commands/deploy/report.ts';

t.test('a stage with a name of its own is told what the name must lead to', async (t) => {
  const url = 'https://scores.example.com';
  const outputs = { url, balancerName: 'lb.example.net' };
  const exposure = { balancer: { certificateArn: 'arn', domainName: 'scores.example.com' } };
  t.equal(dnsText({ exposure }, outputs), `the name of ${url} must lead to lb.example.net in your DNS\n`);
  t.match(
    dnsText({ exposure: {} }, { ...outputs, domainTarget: 'gateway.example.net' }),
    'lead to gateway.example.net',
  );
  t.equal(
    dnsText({ exposure: { balancer: { plainHttpFor: ['10.0.0.0/8'] } } }, outputs),
    '',
    'none has no name',
  );
});

t.test('URLs are below the stage, as the gateway has it', async (t) => {
  const text = urlsText(
    { region: 'eu-central-1' },
    { url: 'https://example.com/sand', dashboardName: 'of-sand' },
  );
  for (const path of ['/docs', '/v2/docs', '/dashboard']) t.match(text, `https://example.com/sand${path}\n`);
  t.match(
    text,
    'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/of-sand',
  );
  t.notMatch(urlsText({ region: 'eu-central-1' }, { url: 'https://example.com' }), 'CloudWatch');
});
