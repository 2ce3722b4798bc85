import sand from '../stages/sand.ts';
import { defineStage, type Stage } from '../stages/stage.ts';

/** Settings of a small stage; what a test is about is changed in it. */
export const SETTINGS: Stage = { ...sand(), firewall: { requestsPerAddress: 1_000 } };

type Changes = { [Setting in keyof Stage]?: unknown } & Record<string, unknown>;

/** A stage with some settings replaced. @throws SchemaError as `defineStage` */
export const sampleStage = (changes: Changes = {}) => defineStage({ ...SETTINGS, ...changes });
