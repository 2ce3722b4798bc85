import { fileURLToPath } from 'node:url';

/** The committed models. */
export const REGISTRY = fileURLToPath(new URL('../../../model-artifacts/', import.meta.url));
