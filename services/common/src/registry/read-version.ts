import { webcrypto } from 'node:crypto';
import { Manifest } from '../contracts/manifest.ts';
import { checkView } from '../features/check-view.ts';
import { signatureOf } from '../features/signature.ts';
import { parserOf, SchemaError } from '../validate.ts';
import { NoSuchFileError, UnreachableRegistryError, type VersionFiles } from './registry.ts';

const parseManifest = parserOf(Manifest, 'manifest.json');

/** A version that must never take traffic, and why. */
export class BrokenVersionError extends Error {
  override readonly name = 'BrokenVersionError';
  constructor(model: string, version: string, why: string, cause?: unknown) {
    super(`model ${model} version ${version}: ${why}`, { cause });
  }
}

/**
 * Reads a manifest and checks its contract: the schema, that it names this model and version, that its views are
 * sound and that its signature is the one that follows from them.
 * @throws BrokenVersionError, UnreachableRegistryError
 */
export async function readManifest(
  registry: VersionFiles,
  model: string,
  version: string,
): Promise<Manifest> {
  const broken = (why: string, cause?: unknown) => new BrokenVersionError(model, version, why, cause);
  let manifest: Manifest;
  try {
    const bytes = await registry.read(model, version, 'manifest.json');
    manifest = parseManifest(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    if (error instanceof UnreachableRegistryError) throw error;
    if (error instanceof SchemaError) throw broken(error.message, error);
    throw broken(`manifest.json cannot be read (${(error as Error).message})`, error);
  }
  if (manifest.model_name !== model || manifest.model_version !== version)
    throw broken(`manifest.json is of ${manifest.model_name} version ${manifest.model_version}`);
  const [fault] = manifest.feature_views.flatMap(checkView);
  if (fault) throw broken(`feature view: ${fault.field} ${fault.problem}`);
  const expected = signatureOf(manifest.feature_views).map(({ name }) => name);
  const actual = manifest.signature.features.map(({ name }) => name);
  if (expected.join() !== actual.join()) throw broken('the signature does not follow from the feature views');
  if (manifest.signature.inputs[0]?.shape.at(-1) !== actual.length)
    throw broken(`the input's width is not ${actual.length}`);
  return manifest;
}

/**
 * The manifest of a version, as `readManifest` reads it; undefined where the version has none.
 * @throws BrokenVersionError, UnreachableRegistryError
 */
export async function findManifest(
  registry: VersionFiles,
  model: string,
  version: string,
): Promise<Manifest | undefined> {
  try {
    return await readManifest(registry, model, version);
  } catch (error) {
    if ((error as Error).cause instanceof NoSuchFileError) return undefined;
    throw error;
  }
}

/**
 * Reads a file of a version and compares it with its sha256 in the manifest.
 * @throws BrokenVersionError, UnreachableRegistryError
 */
export async function readVerified(
  registry: VersionFiles,
  manifest: Manifest,
  file: string,
): Promise<Uint8Array> {
  const { model_name: model, model_version: version } = manifest;
  const expected = manifest.files[file];
  if (!expected) throw new BrokenVersionError(model, version, `manifest.json does not list ${file}`);
  const bytes = await registry.read(model, version, file).catch((error: Error) => {
    if (error instanceof UnreachableRegistryError) throw error;
    throw new BrokenVersionError(model, version, `${file} cannot be read (${error.message})`, error);
  });
  // beside the thread, which goes on answering
  const actual = Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
  if (actual !== expected.sha256)
    throw new BrokenVersionError(
      model,
      version,
      `${file} does not match its checksum (sha256 ${actual.slice(0, 12)}…, manifest ${expected.sha256.slice(0, 12)}…)`,
    );
  return bytes;
}
