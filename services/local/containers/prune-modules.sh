#!/bin/sh
# Takes out of node_modules, in the current folder, what no process reads: maps, typings, documents, the builds of
# packages for browsers, and native code of other systems. What is taken too much shows when check-start.sh runs.
set -eu
before=$(du -sm node_modules | cut -f1)

find node_modules -type f \( -name '*.map' -o -name '*.md' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) \
  -not -path '*/@tristore/*' -delete
# the SDK's package.json leads Node to dist-cjs
find node_modules/@aws-sdk node_modules/@smithy node_modules/@aws -type d \( -name dist-es -o -name dist-types \) \
  -prune -exec rm -rf {} + 2>/dev/null || true
# TensorFlow.js' packages lead Node to one file each, *.node.js; tfjs-node itself has no such file
find node_modules/@tensorflow/*/dist -type f ! -name '*.node.js' ! -name '*.wasm' ! -path '*/tfjs-node/*' -delete 2>/dev/null || true
find node_modules -type d -path '*/prebuilds/*' -prune ! -name 'linux-*' -exec rm -rf {} + 2>/dev/null || true
find node_modules -type d -empty -delete
echo "node_modules: $before MB, $(du -sm node_modules | cut -f1) MB after pruning"
