#!/usr/bin/env bash
# Writes what each service is made of, as CycloneDX: DIR/orchestrator.cdx.json and DIR/model.cdx.json. These are npm's
# packages as the lock file has them; the images' own SBOMs add Debian's.
#   sbom.sh DIR
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p "$1"
for service in orchestrator model; do
  npm sbom --sbom-format cyclonedx --package-lock-only --omit dev --workspace "services/$service" >"$1/$service.cdx.json"
done
