import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { BrokenVersionError, findManifest } from '@tristore/common/registry/read-version.ts';
import type { VersionFiles } from '@tristore/common/registry/registry.ts';
import { isBatchable } from './batchable.ts';
import { type Explainer, makeExplainer } from './explain/explainer.ts';
import { buildGraph, type Graph } from './graph.ts';
import { graphPredictor, type Predictor } from './predict.ts';
import { type Artifact, type ArtifactFormat, openVersion, readArtifact } from './read-artifact.ts';
import { signedGraph } from './signature.ts';
import { Uses } from './uses.ts';
import { warmUp, warmUpBlank } from './warm-up.ts';

/** A version that may take traffic. */
export interface LoadedVersion {
  readonly model: string;
  readonly version: string;
  /** Absent where the folder has none: then nothing is known of features, threshold, metrics and checksums. */
  readonly manifest: Manifest | undefined;
  readonly format: ArtifactFormat;
  readonly graph: Graph;
  readonly predictor: Predictor;
  /** Whether calls may share an execution. */
  readonly batchable: boolean;
  /** Of the weights, as they are stored. */
  readonly weightBytes: number;
  /** Whoever predicts does so in a use: the version is freed when it is no longer wanted and all have ended. */
  readonly uses: Uses;
  /** A text says why there is none. */
  readonly explainer: Explainer | string;
  /** Frees the weights. */
  dispose(): void;
}

const weightBytesOf = ({ artifacts: { weightData } }: Artifact): number =>
  [weightData ?? []].flat().reduce((sum, { byteLength }) => sum + byteLength, 0);

/** A version whose files are read and whose graph is built, but not yet tried. */
export interface BuiltVersion {
  readonly manifest: Manifest | undefined;
  readonly artifact: Artifact;
  /** Under its own names, not the manifest's. */
  readonly graph: Graph;
  readonly weightBytes: number;
}

/** Reads a version, checks its checksums and builds its graph. @throws BrokenVersionError, UnreachableRegistryError */
export async function buildVersion(
  registry: VersionFiles,
  model: string,
  version: string,
): Promise<BuiltVersion> {
  const broken = (why: string, cause?: unknown) => new BrokenVersionError(model, version, why, cause);
  const manifest = await findManifest(registry, model, version);
  const artifact = await readArtifact(await openVersion(registry, { model, version, manifest }), broken);
  const graph = await buildGraph(artifact).catch((error: Error) => {
    throw broken(`TensorFlow.js cannot load it (${error.message})`, error);
  });
  return { manifest, artifact, graph, weightBytes: weightBytesOf(artifact) };
}

/**
 * Loads one version into the backend in use, after checksums, contract, shapes and a warm-up; where there is no
 * manifest, after the warm-up alone.
 * @throws BrokenVersionError, UnreachableRegistryError
 */
export async function loadVersion(
  registry: VersionFiles,
  model: string,
  version: string,
): Promise<LoadedVersion> {
  const { manifest, artifact, graph: bare, weightBytes } = await buildVersion(registry, model, version);
  const graph = manifest ? signedGraph(bare, manifest) : bare;
  const fault =
    typeof graph === 'string'
      ? graph
      : await (manifest ? warmUp(graphPredictor(graph), manifest) : warmUpBlank(graphPredictor(graph)));
  if (typeof graph === 'string' || fault) {
    bare.dispose();
    throw new BrokenVersionError(model, version, String(fault));
  }
  const predictor = graphPredictor(graph);
  const batchable = await isBatchable(predictor);
  return {
    model,
    version,
    manifest,
    format: artifact.format,
    graph,
    predictor,
    batchable,
    weightBytes,
    uses: new Uses(),
    explainer: manifest
      ? makeExplainer(graph, manifest)
      : 'it has no manifest, which would hold its reference vector',
    dispose: () => bare.dispose(),
  };
}
