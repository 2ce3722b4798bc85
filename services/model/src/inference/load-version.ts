import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { BrokenVersionError, readManifest } from '@tristore/common/registry/read-version.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import { buildGraph, type Graph, type Shape } from './graph.ts';
import { graphPredictor, type Predictor } from './predict.ts';
import { type ArtifactFormat, readArtifact } from './read-artifact.ts';
import { warmUp } from './warm-up.ts';

/** A version that may take traffic. */
export interface LoadedVersion {
  manifest: Manifest;
  format: ArtifactFormat;
  predictor: Predictor;
  /** Frees the weights. */
  dispose(): void;
}

const text = (shape: Shape) => `[${shape.join(',')}]`;

/** @returns what in the graph is not as the manifest's signature says */
function signatureFault(graph: Graph, { signature }: Manifest): string | undefined {
  if (signature.inputs.length !== 1) return 'the signature must have one input';
  for (const side of ['inputs', 'outputs'] as const) {
    const [actual, promised] = [graph[side], signature[side]];
    if (actual.length !== promised.length)
      return `the graph has ${actual.length} ${side}, the manifest ${promised.length}`;
    for (const [i, { name, shape }] of promised.entries()) {
      const known = actual[i];
      if (known && text(known) !== text(shape))
        return `${side} "${name}": the graph's shape is ${text(known)}, the manifest's ${text(shape)}`;
    }
  }
  const [{ shape } = { shape: [] as number[] }] = signature.inputs;
  if (shape.length !== 2 || shape[0] !== -1) return `the input's shape must be [-1,n], not ${text(shape)}`;
  return undefined;
}

/**
 * Loads one version into the backend in use, after checksums, contract, shapes and a warm-up.
 * @throws BrokenVersionError
 */
export async function loadVersion(
  registry: Registry,
  model: string,
  version: string,
): Promise<LoadedVersion> {
  const manifest = await readManifest(registry, model, version);
  const artifact = await readArtifact(registry, manifest);
  const graph = await buildGraph(artifact).catch((error: Error) => {
    throw new BrokenVersionError(model, version, `TensorFlow.js cannot load it (${error.message})`, error);
  });
  const width = manifest.signature.features.length;
  const names = manifest.signature.outputs.map(({ name }) => name);
  const predictor = graphPredictor(graph, width, names);
  const fault = signatureFault(graph, manifest) ?? (await warmUp(predictor, manifest));
  if (fault) {
    graph.dispose();
    throw new BrokenVersionError(model, version, fault);
  }
  return { manifest, format: artifact.format, predictor, dispose: () => graph.dispose() };
}
