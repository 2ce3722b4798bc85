import type { Backend } from '../inference/backend.ts';
import type { Call } from '../inference/batch-queue.ts';
import type { Catalogue } from '../inference/catalogue.ts';
import type { LoadedVersion } from '../inference/load-version.ts';
import type { NamedTensor } from '../inference/tensor.ts';

/** Predicts with a version; batching and metrics wrap it from outside. */
export type Infer = (version: LoadedVersion, call: Call) => Promise<NamedTensor[]>;

/** What the routes of both protocols stand on. */
export interface Serving {
  catalogue: Catalogue;
  backend: Backend;
  infer: Infer;
  isReady: () => boolean;
  /** Of this server. */
  version: string;
}
