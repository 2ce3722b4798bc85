import { fileURLToPath } from 'node:url';
import { StartupError } from '@tristore/common/errors.ts';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecrAssets from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Images that were built before, by digest: `registry/repository@sha256:…`. */
export interface BuiltImages {
  orchestrator: string;
  model: string;
}

const BY_DIGEST = /^[^@\s]+@sha256:[0-9a-f]{64}$/;
/** Account, region and repository of an image in ECR. */
const IN_ECR =
  /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(?<repository>[^@]+)@(?<digest>.+)$/;

/** @throws StartupError for an image that is not named by its digest: what a tag means can change under a rollback */
function builtImage(scope: Construct, name: keyof BuiltImages, uri: string): ecs.ContainerImage {
  if (!BY_DIGEST.test(uri))
    throw new StartupError(`the image of ${name} must be named by digest, not "${uri}"`);
  const { account, region, repository, digest } = IN_ECR.exec(uri)?.groups ?? {};
  if (!account || !region || !repository || !digest) return ecs.ContainerImage.fromRegistry(uri);
  // as a repository, so that tasks are granted the right to pull from it
  const known = ecr.Repository.fromRepositoryAttributes(scope, `${name}-repository`, {
    repositoryName: repository,
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${repository}`,
  });
  return ecs.ContainerImage.fromEcrRepository(known, digest);
}

/** The two images: built from the Dockerfiles as assets, or given by digest. */
export class Images {
  readonly orchestrator: ecs.ContainerImage;
  readonly model: ecs.ContainerImage;

  constructor(scope: Construct, built?: BuiltImages) {
    const image = (name: keyof BuiltImages) =>
      built
        ? builtImage(scope, name, built[name])
        : ecs.ContainerImage.fromDockerImageAsset(
            new ecrAssets.DockerImageAsset(scope, `${name}-image`, {
              directory: ROOT,
              file: `Dockerfile.${name}`,
              target: name,
              platform: ecrAssets.Platform.LINUX_AMD64,
            }),
          );
    this.orchestrator = image('orchestrator');
    this.model = image('model');
  }
}
