import type { BuiltImages } from '../lib/images.ts';
import sand from '../stages/sand.ts';
import { defineStage, type Stage } from '../stages/stage.ts';

/** Settings of a small stage; what a test is about is changed in it. */
export const SETTINGS: Stage = { ...sand(), firewall: { requestsPerAddress: 1_000 } };

/** Named by digest, so that no test hashes the folders that images are built from. */
export const IMAGES: BuiltImages = {
  orchestrator: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/assets@sha256:${'a'.repeat(64)}`,
  model: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/assets@sha256:${'b'.repeat(64)}`,
};

type Changes = { [Setting in keyof Stage]?: unknown } & Record<string, unknown>;

/** A stage with some settings replaced. @throws SchemaError as `defineStage` */
export const sampleStage = (changes: Changes = {}) => defineStage({ ...SETTINGS, ...changes } as Stage);
