import type { io } from '@tensorflow/tfjs-core';
import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { BrokenVersionError, readVerified } from '@tristore/common/registry/read-version.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
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

/**
 * Reads every file of a version, compares each with its checksum, and gives what TF.js loads from memory.
 * @throws BrokenVersionError
 */
export async function readArtifact(registry: Registry, manifest: Manifest): Promise<Artifact> {
  const broken = (why: string, cause?: unknown) =>
    new BrokenVersionError(manifest.model_name, manifest.model_version, why, cause);
  const files = new Map<string, Uint8Array>();
  for (const file of Object.keys(manifest.files))
    files.set(file, await readVerified(registry, manifest, file));
  const bytesOf = (file: string): Uint8Array => {
    const bytes = files.get(file);
    if (!bytes) throw broken(`manifest.json does not list ${file}`);
    return bytes;
  };

  let json: ReturnType<typeof parseModelJson>;
  try {
    json = parseModelJson(JSON.parse(Buffer.from(bytesOf('model.json')).toString('utf8')));
  } catch (error) {
    if (error instanceof SchemaError) throw broken(error.message, error);
    if (error instanceof SyntaxError) throw broken(`model.json is not JSON (${error.message})`, error);
    throw error;
  }
  const format = json.format ?? 'layers-model';
  if (format !== 'layers-model' && format !== 'graph-model')
    throw broken(`model.json has the unknown format ${format}`);
  const weights = Buffer.concat(json.weightsManifest.flatMap((group) => group.paths.map(bytesOf)));
  const artifacts = {
    ...json,
    modelTopology: json.modelTopology as object,
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights) as io.WeightsManifestEntry[],
    // a copy of its own: Buffer's memory is shared with others
    weightData: new Uint8Array(weights).buffer,
  } as io.ModelArtifacts;
  return { format, artifacts };
}
