import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { synthesise } from '../checks/synthesise.ts';
import { loadStage } from '../stages/load-stage.ts';
import { STAGE_NAMES } from '../stages/stage-names.ts';

t.setTimeout(300_000);

const { CFN_LINT: program } = process.env;
const run = promisify(execFile);

/** What cfn-lint says of the templates in a folder and below, errors and warnings. */
async function faults(folder: string): Promise<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const templates = files.filter((name) => name.endsWith('.template.json'));
  // W3005: CDK writes down dependencies that references give already
  const args = ['--ignore-checks', 'W3005', '--', ...templates];
  return run(program ?? '', args, { cwd: folder, maxBuffer: 1e8 }).then(
    () => '',
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
  );
}

t.test(
  'CloudFormation would take every template as it is',
  { skip: !program && 'CFN_LINT names no cfn-lint' },
  async (t) => {
    const folder = t.testdir();
    for (const name of STAGE_NAMES) synthesise({ stage: loadStage(name), outdir: join(folder, name) });
    // all at once: its own rules take it longer to read than a stage to check
    t.equal(await faults(folder), '');
  },
);
