#!/usr/bin/env bash
# Builds both images once, pushes them, and prints them by digest as `npm run deploy -- --images` takes them:
#   orchestrator=URI@sha256:…,model=URI@sha256:…
# Each carries an SBOM of all that is in it (npm's and Debian's packages) and a record of how it was built. A commit
# whose images are there already is not built again: what was tested is what is promoted.
# Needs docker with buildx, the AWS CLI, Node, and ORCHESTRATOR_REPOSITORY, MODEL_REPOSITORY, TAG, NODE_IMAGE (by digest).
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
: "${ORCHESTRATOR_REPOSITORY:?} ${MODEL_REPOSITORY:?} ${TAG:?}"
metadata=$(mktemp)
trap 'rm -f "$metadata"' EXIT

pushed() { # REPOSITORY: the digest of what has the tag, or nothing
  aws ecr describe-images --repository-name "${1#*/}" --image-ids "imageTag=$TAG" \
    --query 'imageDetails[0].imageDigest' --output text 2>/dev/null || true
}

build() { # SERVICE REPOSITORY: prints its digest
  local digest
  digest=$(pushed "$2")
  if [[ $digest != sha256:* ]]; then
    docker buildx build --file "Dockerfile.$1" --target "$1" --platform linux/amd64 \
      ${NODE_IMAGE:+--build-arg "NODE_IMAGE=$NODE_IMAGE"} --provenance mode=max --sbom true \
      --tag "$2:$TAG" --push --metadata-file "$metadata" . >&2
    digest=$(node infra/delivery/digest.mjs "$metadata")
  fi
  printf '%s@%s' "$2" "$digest"
}

orchestrator=$(build orchestrator "$ORCHESTRATOR_REPOSITORY")
model=$(build model "$MODEL_REPOSITORY")
printf 'orchestrator=%s,model=%s\n' "$orchestrator" "$model"
