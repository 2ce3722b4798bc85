import { fileURLToPath } from 'node:url';
import * as ecrAssets from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Images that were built before, by digest: `registry/repository@sha256:…`. */
export interface BuiltImages {
  orchestrator: string;
  model: string;
}

/** The two images: built from the Dockerfiles as assets, or given by digest. */
export class Images {
  readonly orchestrator: ecs.ContainerImage;
  readonly model: ecs.ContainerImage;

  constructor(scope: Construct, built?: BuiltImages) {
    const image = (name: keyof BuiltImages, target: string) =>
      built
        ? ecs.ContainerImage.fromRegistry(built[name])
        : ecs.ContainerImage.fromDockerImageAsset(
            new ecrAssets.DockerImageAsset(scope, `${name}-image`, {
              directory: ROOT,
              file: `Dockerfile.${name}`,
              target,
              platform: ecrAssets.Platform.LINUX_AMD64,
            }),
          );
    this.orchestrator = image('orchestrator', 'orchestrator');
    this.model = image('model', 'model');
  }
}
