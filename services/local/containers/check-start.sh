#!/bin/sh
# Starts a service as the image will, waits until it answers, asks for its Swagger UI, and stops it: a build that lacks
# a file fails here. What V8 compiled meanwhile stays in NODE_COMPILE_CACHE, which Node keeps apart by user: so it starts as
# the image's.
#   check-start.sh PROGRAM HEALTH_PATH DOCS_PATH
set -eu
program=$1 health=$2 docs=$3

# an orchestrator's build has no model, and needs none to start
mkdir -p model-artifacts
spool=$(mktemp -d)
install -d "$NODE_COMPILE_CACHE"
chown node "$spool" "$NODE_COMPILE_CACHE"
SERVICE_KEY=build SPOOL_DIR=$spool AWS_REGION=us-east-1 LOG_LEVEL=warn setpriv --reuid=node --regid=node --clear-groups \
  node "$program" &
pid=$!
NODE_COMPILE_CACHE='' node -e "
  const get = async (path) => {
    const answer = await fetch('http://127.0.0.1:' + process.env.PORT + path);
    if (!answer.ok) throw new Error(path + ' answers ' + answer.status);
  };
  const started = Date.now();
  const ready = () => get('$health').catch((error) => {
    if (Date.now() - started > 60_000) throw error;
    return new Promise((resolve) => setTimeout(resolve, 100)).then(ready);
  });
  ready().then(() => get('$docs')).then(() => get('$docs/json')).then(() => process.exit());"
kill -TERM $pid
wait $pid
# read by the service, and written by nobody
chown -R root:root "$NODE_COMPILE_CACHE"
chmod -R a+rX,go-w "$NODE_COMPILE_CACHE"
echo "compiled: $(du -sm "$NODE_COMPILE_CACHE" | cut -f1) MB"
