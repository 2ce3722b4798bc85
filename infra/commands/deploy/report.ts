import type { Outputs } from '../../lib/outputs.ts';
import type { Stage } from '../../stages/stage.ts';

const dashboardUrl = (region: string, name: string) =>
  `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`;

/** Where the deployed stage is, for whoever goes on from here. */
export function urlsText({ region }: Pick<Stage, 'region'>, { url = '', dashboardName }: Outputs): string {
  const lines = [
    ['API', url],
    ['Predictions, features', `${url}/docs`],
    ['Model server', `${url}/v2/docs`],
    ['Live dashboard', `${url}/dashboard`],
  ];
  if (dashboardName) lines.push(['CloudWatch', dashboardUrl(region, dashboardName)]);
  return lines.map(([what = '', where]) => `  ${what.padEnd(22)} ${where}\n`).join('');
}

/** What DNS has to say for a stage with a name of its own; empty for one without. */
export function dnsText(
  { exposure }: Pick<Stage, 'exposure'>,
  { url, domainTarget, balancerName }: Outputs,
): string {
  const target = domainTarget ?? (exposure.balancer?.domainName && balancerName);
  return target ? `the name of ${url} must lead to ${target} in your DNS\n` : '';
}

/** The first key, which is shown once. */
export const keyText = (key: string, id: string, stateTable: string): string => `
  API key                ${key}

This is the only time that the key is shown; ${id} names it from now on. It has every scope: make one for each caller
(npm run keys -- create --aws --state-table ${stateTable} …), and revoke this one when you no longer need it.

`;

/** How a key is made where none was asked for. */
export const noKeyText = ({ region }: Pick<Stage, 'region'>, stateTable: string): string =>
  `no API key was asked for; to make one: AWS_REGION=${region} npm run keys -- create --aws --state-table ${stateTable} --name first --scopes predict,outcomes\n`;
