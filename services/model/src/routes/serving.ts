import type { Backend } from '../inference/backend.ts';
import type { Catalogue } from '../inference/catalogue.ts';
import type { LoadedVersion } from '../inference/load-version.ts';
import type { Output } from '../inference/predict.ts';

/** Predicts rows with a version; metrics wrap it from outside. */
export type Infer = (version: LoadedVersion, rows: Float32Array) => Promise<Output[]>;

/** What the routes of both protocols stand on. */
export interface Serving {
  catalogue: Catalogue;
  backend: Backend;
  infer: Infer;
  isReady: () => boolean;
  /** Of this server. */
  version: string;
}
