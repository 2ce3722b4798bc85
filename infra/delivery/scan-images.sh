#!/usr/bin/env bash
# Waits for the scan that the registry makes of each image, and fails where it finds something critical or high.
# A finding that was looked at and cannot be mended yet stands in infra/delivery/accepted-findings.txt, with its reason.
#   scan-images.sh orchestrator=URI@sha256:…,model=URI@sha256:…
# Needs docker with buildx, the AWS CLI and Node.
set -euo pipefail
shopt -s inherit_errexit
accepted=${ACCEPTED_FINDINGS:-$(dirname "$0")/accepted-findings.txt}
status=0

# what was pushed is an index: the image, and beside it what is said of the image; the registry scans the image
image_digest() { # URI
  docker buildx imagetools inspect --raw "$1" | node -e '
    const index = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const images = (index.manifests ?? []).filter(({ platform }) => platform?.architecture !== "unknown");
    process.stdout.write(images[0]?.digest ?? process.argv[1]);' "${1#*@}"
}

for pair in ${1//,/ }; do
  service=${pair%%=*} uri=${pair#*=}
  repository=${uri%@*}
  image=(--repository-name "${repository#*/}" --image-id "imageDigest=$(image_digest "$uri")")
  aws ecr wait image-scan-complete "${image[@]}"
  found=$(aws ecr describe-image-scan-findings "${image[@]}" --output text \
    --query "imageScanFindings.findings[?severity=='CRITICAL' || severity=='HIGH'].[name, severity]")
  while read -r name severity; do
    if [ -z "$name" ] || [ "$name" = None ]; then continue; fi
    reason=$(sed -nE "s/^${name}[[:space:]]+//p" "$accepted")
    if [ -n "$reason" ]; then
      echo "$service: $name ($severity) is accepted: $reason"
    else
      echo "$service: $name ($severity)"
      status=1
    fi
  done <<<"$found"
done
[ $status -eq 0 ] && echo "nothing critical or high that is not accepted"
exit $status
