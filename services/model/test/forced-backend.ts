import type { BackendName } from '../src/inference/backend.ts';

/** The suite runs on the backend that MODEL_BACKEND names, as the server itself would. */
export const BACKEND = (process.env['MODEL_BACKEND'] ?? 'auto') as 'auto' | BackendName;
