import type { io } from '@tensorflow/tfjs-core';
import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { BrokenVersionError, readVerified } from '@tristore/common/registry/read-version.ts';
import { UnreachableRegistryError, type VersionFiles } from '@tristore/common/registry/registry.ts';
import { parserOf, SchemaError } from '@tristore/common/validate.ts';
import { Type } from 'typebox';

/** What TF.js writes as model.json, as far as it is read here. */
const ModelJson = Type.Object({
  format: Type.Optional(Type.String()),
  modelTopology: Type.Unknown(),
  signature: Type.Optional(Type.Unknown()),
  weightsManifest: Type.Array(
    Type.Object({ paths: Type.Array(Type.String()), weights: Type.Array(Type.Unknown()) }),
  ),
});
const parseModelJson = parserOf(ModelJson, 'model.json');

export type ArtifactFormat = 'layers-model' | 'graph-model';
export interface Artifact {
  format: ArtifactFormat;
  artifacts: io.ModelArtifacts;
}

/** Reads one file of a version. @throws BrokenVersionError */
export type ReadFile = (file: string) => Promise<Uint8Array>;
type Broken = (why: string, cause?: unknown) => BrokenVersionError;

/**
 * A reader of the files of a version. With a manifest all that it lists are read and compared with their checksums
 * at once; without one a file is taken as it is.
 * @throws BrokenVersionError
 */
export async function openVersion(
  registry: VersionFiles,
  { model, version, manifest }: { model: string; version: string; manifest: Manifest | undefined },
): Promise<ReadFile> {
  if (!manifest)
    return (file) =>
      registry.read(model, version, file).catch((error: Error) => {
        if (error instanceof UnreachableRegistryError) throw error;
        throw new BrokenVersionError(model, version, `${file} cannot be read (${error.message})`, error);
      });
  const files = new Map<string, Uint8Array>();
  for (const file of Object.keys(manifest.files))
    files.set(file, await readVerified(registry, manifest, file));
  return async (file) => {
    const bytes = files.get(file);
    if (!bytes) throw new BrokenVersionError(model, version, `manifest.json does not list ${file}`);
    return bytes;
  };
}

async function readJson(read: ReadFile, broken: Broken): Promise<ReturnType<typeof parseModelJson>> {
  const bytes = await read('model.json');
  try {
    return parseModelJson(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    if (error instanceof SchemaError) throw broken(error.message, error);
    throw broken(`model.json is not JSON (${(error as Error).message})`, error);
  }
}

/**
 * Reads model.json and the weights that it names, and gives what TF.js loads from memory.
 * @throws BrokenVersionError
 */
export async function readArtifact(read: ReadFile, broken: Broken): Promise<Artifact> {
  const json = await readJson(read, broken);
  // models that tfjs-layers saved before 2019 do not tell their format
  const format = json.format ?? 'layers-model';
  if (format !== 'layers-model' && format !== 'graph-model')
    throw broken(`model.json has the unknown format ${format}`);
  const paths = json.weightsManifest.flatMap((group) => group.paths);
  for (const path of paths)
    if (path.startsWith('/') || path.split(/[/\\]/).includes('..'))
      throw broken(`model.json names weights outside of its folder: ${path}`);
  const weights = Buffer.concat(await Promise.all(paths.map(read)));
  const artifacts = {
    ...json,
    modelTopology: json.modelTopology as object,
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights) as io.WeightsManifestEntry[],
    // a copy of its own: Buffer's memory is shared with others
    weightData: new Uint8Array(weights).buffer,
  } as io.ModelArtifacts;
  return { format, artifacts };
}
