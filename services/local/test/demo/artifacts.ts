import { fileURLToPath } from 'node:url';

/** The committed models. */
export const ARTIFACTS = fileURLToPath(new URL('../../../../model-artifacts', import.meta.url));
