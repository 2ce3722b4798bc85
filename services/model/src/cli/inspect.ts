import { buildVersion } from '../inference/load-version.ts';
import { signedGraph } from '../inference/signature.ts';
import type { TensorSpec } from '../inference/tensor.ts';
import { openFolder } from './version-folder.ts';

export interface Inspection {
  model: string;
  version: string;
  format: string;
  weight_bytes: number;
  manifest: boolean;
  inputs: TensorSpec[];
  outputs: TensorSpec[];
  /** In the order of the columns; only a manifest knows them. */
  features?: string[];
  threshold?: number;
  /** What of the manifest the graph does not keep. */
  fault?: string;
}

/** What a version takes and gives, in the backend in use. @throws BrokenVersionError */
export async function inspect(folder: string): Promise<Inspection> {
  const { files, model, version } = await openFolder(folder);
  const { manifest, artifact, graph, weightBytes } = await buildVersion(files, model, version);
  try {
    const signed = manifest ? signedGraph(graph, manifest) : graph;
    const { inputs, outputs } = typeof signed === 'string' ? graph : signed;
    return {
      model,
      version,
      format: artifact.format,
      weight_bytes: weightBytes,
      manifest: manifest !== undefined,
      inputs: [...inputs],
      outputs: [...outputs],
      ...(manifest && {
        features: manifest.signature.features.map(({ name }) => name),
        threshold: manifest.threshold,
      }),
      ...(typeof signed === 'string' && { fault: signed }),
    };
  } finally {
    graph.dispose();
  }
}
