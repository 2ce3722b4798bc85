import { UsageError } from '@tristore/common/command-line.ts';
import type { BuiltImages } from '../lib/images.ts';

/** Options that several commands have. */
export const stageOption = { stage: { type: 'string' }, help: { type: 'boolean', default: false } } as const;

export const EXIT_CODES =
  'Exit code: 0 when all is well, 1 when it is not, 2 when the command line cannot be followed.\n';

const DIGEST = /^[\w.:/-]+@sha256:[0-9a-f]{64}$/;

/**
 * Images that were built before: `orchestrator=URI@sha256:…,model=URI@sha256:…`.
 * @throws UsageError where one is missing, or is not named by its digest
 */
export function imagesOf(given: string | undefined): BuiltImages | undefined {
  if (given === undefined) return undefined;
  const named = new Map(
    given.split(',').map((pair) => pair.split(/=(.*)/s, 2) as [string, string | undefined]),
  );
  const image = (name: keyof BuiltImages) => {
    const uri = named.get(name);
    if (!uri || !DIGEST.test(uri))
      throw new UsageError(`--images: ${name}=… must be there, and end with @sha256: and 64 hex digits`);
    return uri;
  };
  const images = { orchestrator: image('orchestrator'), model: image('model') };
  if (named.size > 2) throw new UsageError('--images: orchestrator and model, no other');
  return images;
}
