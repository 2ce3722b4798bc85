#!/usr/bin/env bash
# Sizes and start times of the images, as docs/containers.md states them; with docker compose build done.
#   npm run containers:measure [-- RUNS]
# A start is from the container's process to the line "Server listening", after everything is loaded; in turn with what
# V8 compiled when the image was built, and without.
set -euo pipefail
cd "$(dirname "$0")/../../.."
runs=${1:-7} tag=${TRISTORE_TAG:-latest} base=${NODE_IMAGE:-node:24-bookworm-slim}

bytes() { docker image inspect -f '{{.Size}}' "$1"; }
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

start() { # IMAGE [DOCKER'S OPTIONS]: milliseconds of one start
  local image=$1 name=tristore-measure-$$
  shift
  docker run --detach --name "$name" --read-only --tmpfs /tmp --cap-drop ALL --volume "$PWD/model-artifacts:/registry:ro" \
    --env REGISTRY=/registry --env SERVICE_KEY=measure --env AWS_REGION=us-east-1 "$@" "$image" >/dev/null
  until docker logs "$name" 2>&1 | grep -q 'Server listening'; do sleep 0.1; done
  local from to
  from=$(docker inspect -f '{{.State.StartedAt}}' "$name")
  to=$(docker logs --timestamps "$name" 2>&1 | awk '/Server listening/ { print $1; exit }')
  docker rm --force --volumes "$name" >/dev/null
  echo $((($(date -d "$to" +%s%N) - $(date -d "$from" +%s%N)) / 1000000))
}

printf '%-24s %8s %14s %20s %22s\n' image MB 'over its base' 'start, ms (median)' 'nothing compiled yet'
for image in tristore-orchestrator tristore-model; do
  with='' without=''
  for _ in $(seq "$runs"); do
    with+=$(start "$image:$tag")$'\n'
    without+=$(start "$image:$tag" --env NODE_COMPILE_CACHE=)$'\n'
  done
  printf '%-24s %8d %14d %20d %22d\n' "$image" $(($(bytes "$image:$tag") / 1000000)) \
    $((($(bytes "$image:$tag") - $(bytes "$base")) / 1000000)) "$(median <<<"${with%$'\n'}")" "$(median <<<"${without%$'\n'}")"
done
