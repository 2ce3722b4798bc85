import type { Backend } from '../inference/backend.ts';
import type { Catalogue } from '../inference/catalogue.ts';
import type { ExplainableCall } from '../inference/explain/explained-call.ts';
import type { LoadedVersion } from '../inference/load-version.ts';
import type { NamedTensor } from '../inference/tensor.ts';

/** Predicts with a version, and explains; batching and metrics wrap it from outside. */
export type Infer = (version: LoadedVersion, call: ExplainableCall) => Promise<NamedTensor[]>;

/** What the routes of both protocols stand on. */
export interface Serving {
  catalogue: Catalogue;
  backend: Backend;
  infer: Infer;
  isReady: () => boolean;
  /** Of this server. */
  version: string;
}
