import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StartupError } from '@tristore/common/errors.ts';

const ANSWER_MS = 15_000;

/** As CDK chooses it: `CDK_DOCKER` names another program, such as finch or podman. */
const program = () => process.env['CDK_DOCKER'] || 'docker';

/** @throws StartupError where no engine answers that could build images */
export async function checkDocker(): Promise<void> {
  const docker = program();
  try {
    await promisify(execFile)(docker, ['info', '--format', '{{.ServerVersion}}'], { timeout: ANSWER_MS });
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string };
    const why =
      code === 'ENOENT' ? 'is not installed' : stderr.trim().split('\n').at(-1) || 'does not answer';
    throw new StartupError(
      `images cannot be built: ${docker}: ${why}; start Docker, or name built images by --images`,
    );
  }
}
