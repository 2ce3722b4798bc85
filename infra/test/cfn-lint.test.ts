import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { synthesise } from '../checks/synthesise.ts';
import { loadStage, STAGE_NAMES } from '../stages/load-stage.ts';

t.setTimeout(300_000);

const { CFN_LINT: program } = process.env;
const run = promisify(execFile);

/** What cfn-lint says of a folder's templates, errors and warnings. */
async function faults(folder: string): Promise<string> {
  const templates = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
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
    for (const name of STAGE_NAMES) {
      const outdir = t.testdir();
      synthesise({ stage: loadStage(name), outdir: join(outdir, name) });
      t.equal(await faults(join(outdir, name)), '', name);
    }
  },
);
