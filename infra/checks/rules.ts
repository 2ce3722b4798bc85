import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '@tristore/common/errors.ts';
import { type App, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib';
import { VALIDATION_REPORT_FILE } from 'aws-cdk-lib/cx-api';
import { nagOf } from './nag.ts';

/** What the plugins wrote down, as far as it is read here. */
interface Report {
  pluginReports: {
    violations: {
      ruleName: string;
      description: string;
      severity: string;
      violatingConstructs: { constructPath?: string }[];
    }[];
  }[];
}

/** The broken rules of a synthesised folder, a line for each place. */
function brokenRules(folder: string): string[] {
  const { pluginReports } = JSON.parse(readFileSync(join(folder, VALIDATION_REPORT_FILE), 'utf8')) as Report;
  return pluginReports
    .flatMap(({ violations }) => violations)
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .flatMap(({ ruleName, description, violatingConstructs }) =>
      violatingConstructs.map(
        ({ constructPath = 'a template' }) =>
          `${constructPath}: ${ruleName}: ${description.replaceAll(/\s+/g, ' ')}`,
      ),
    );
}

/**
 * Synthesises an app, and holds it against the rules of AWS Solutions that are not acknowledged, and against what
 * CloudFormation takes.
 * @throws StartupError with a line for each rule that is broken, and where
 */
export function synthChecked(app: App) {
  Validations.of(app).addPlugins(nagOf(app), new CloudFormationValidatePlugin());
  const assembly = app.synth();
  const broken = brokenRules(assembly.directory);
  if (broken.length) throw new StartupError(`rules are broken:\n  ${broken.join('\n  ')}`);
  return assembly;
}
