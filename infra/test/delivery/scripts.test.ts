import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { imagesFrom } from './images-from.ts';
import { scriptRunner } from './scripts.ts';

t.setTimeout(120_000);

const REGISTRY = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;
const ENVIRONMENT = {
  ORCHESTRATOR_REPOSITORY: `${REGISTRY}/some-orchestrator`,
  MODEL_REPOSITORY: `${REGISTRY}/some-model`,
  TAG: 'abc',
};
const BOTH = `orchestrator=${REGISTRY}/some-orchestrator@${digestOf('1')},model=${REGISTRY}/some-model@${digestOf('2')}`;

/** Writes what buildx writes where it is told to. */
const BUILDX = `
while [ $# -gt 0 ]; do
  [ "$1" = --metadata-file ] && metadata=$2
  [ "$1" = --target ] && target=$2
  shift
done
digit=1; [ "$target" = model ] && digit=2
printf '{"containerimage.digest": "sha256:%s"}' "$(printf "$digit%.0s" {1..64})" >"$metadata"`;

t.test('images are built for what runs them, and named by digest', async (t) => {
  const run = scriptRunner(t, { docker: BUILDX, aws: 'exit 254' });
  const { code, out, err, calls } = await run('build-images.sh', [], ENVIRONMENT);
  t.equal(code, 0, err);
  t.equal(out, `${BOTH}\n`);
  t.same(imagesFrom(out.trim()), ['orchestrator', 'model'], 'as the command deploy takes them');
  const builds = calls.filter((call) => call.startsWith('docker buildx build'));
  t.equal(builds.length, 2);
  for (const build of builds)
    for (const option of ['--provenance mode=max', '--sbom true', '--platform linux/amd64', '--push', ':abc'])
      t.match(build, option);
});

t.test('a commit that was built is not built again', async (t) => {
  const aws = `case $* in *some-model*) echo ${digestOf('2')} ;; *) echo ${digestOf('1')} ;; esac`;
  const { out, calls } = await scriptRunner(t, { docker: BUILDX, aws })('build-images.sh', [], ENVIRONMENT);
  t.equal(out, `${BOTH}\n`);
  t.same(
    calls.filter((call) => call.startsWith('docker')),
    [],
  );
});

t.test('an image that was not pushed is no image', async (t) => {
  const docker = `${BUILDX}\necho '{}' >"$metadata"`;
  const { code, out, err } = await scriptRunner(t, { docker, aws: 'exit 254' })(
    'build-images.sh',
    [],
    ENVIRONMENT,
  );
  t.not(code, 0);
  t.equal(out, '');
  t.match(err, /holds no digest: was the image pushed\?/);
});

/** An index with the image and what is said of it. */
const INDEX = JSON.stringify({
  manifests: [
    { digest: digestOf('9'), platform: { architecture: 'amd64', os: 'linux' } },
    { digest: digestOf('8'), platform: { architecture: 'unknown', os: 'unknown' } },
  ],
});
const inspected = `cat <<'END'\n${INDEX}\nEND`;
const findings = (lines: string) =>
  `case $* in *describe-image-scan-findings*) printf '${lines}' ;; *) true ;; esac`;

t.test('the scan asks for the image itself, and passes where nothing grave was found', async (t) => {
  const run = scriptRunner(t, { docker: inspected, aws: findings('') });
  const { code, out, err, calls } = await run('scan-images.sh', [BOTH]);
  t.equal(code, 0, err);
  t.match(out, 'nothing critical or high');
  const asked = calls.filter((call) => call.includes('describe-image-scan-findings'));
  t.equal(asked.length, 2);
  for (const call of asked) t.match(call, `imageDigest=${digestOf('9')}`);
});

t.test('a grave finding stops the delivery, unless it is accepted with a reason', async (t) => {
  const run = scriptRunner(t, { docker: inspected, aws: findings('CVE-2026-1\\tCRITICAL\\n') });
  const refused = await run('scan-images.sh', [BOTH]);
  t.equal(refused.code, 1);
  t.match(refused.out, 'model: CVE-2026-1 (CRITICAL)');
  const accepted = (text: string) => join(t.testdir({ accepted: text }), 'accepted');
  const without = await run('scan-images.sh', [BOTH], { ACCEPTED_FINDINGS: accepted('CVE-2026-1\n') });
  t.equal(without.code, 1, 'a name alone is no reason');
  const another = await run('scan-images.sh', [BOTH], { ACCEPTED_FINDINGS: accepted('CVE-2026-11 x\n') });
  t.equal(another.code, 1);
  const reason = 'CVE-2026-1  until 2027: the program is not started\n';
  const passed = await run('scan-images.sh', [BOTH], { ACCEPTED_FINDINGS: accepted(reason) });
  t.equal(passed.code, 0);
  t.match(passed.out, 'is accepted: until 2027: the program is not started');
});

t.test('a scan that cannot be read is no pass', async (t) => {
  const run = scriptRunner(t, { docker: inspected, aws: 'exit 255' });
  t.not((await run('scan-images.sh', [BOTH])).code, 0);
});

t.test('a failed deployment says whether it was taken back, and why it failed', async (t) => {
  const aws = `case $* in
    *describe-stacks*sand-services*) echo UPDATE_ROLLBACK_COMPLETE ;;
    *describe-stacks*sand-data*) echo UPDATE_COMPLETE ;;
    *describe-stacks*) exit 254 ;;
    *) printf 'Service\\tECS Deployment Circuit Breaker or alarm was triggered\\n' ;;
  esac`;
  const { out } = await scriptRunner(t, { aws })('why-failed.sh', ['sand']);
  t.match(out, 'tristore-sand-services: UPDATE_ROLLBACK_COMPLETE: what ran before runs again');
  t.match(out, 'alarm was triggered');
  t.notMatch(out, 'tristore-sand-data');
});

t.test('the SBOMs say what each service is made of, and nothing else', async (t) => {
  const folder = t.testdir();
  const { code, err } = await scriptRunner(t, {})('sbom.sh', [folder]);
  t.equal(code, 0, err);
  const named = (service: string) => {
    const bom = JSON.parse(readFileSync(join(folder, `${service}.cdx.json`), 'utf8'));
    t.equal(bom.bomFormat, 'CycloneDX');
    return new Set((bom.components as { name: string }[]).map(({ name }) => name));
  };
  const [orchestrator, model] = [named('orchestrator'), named('model')];
  for (const parts of [orchestrator, model]) {
    t.ok(parts.has('fastify'));
    for (const tool of ['tap', 'aws-cdk-lib', 'typescript']) t.notOk(parts.has(tool), tool);
  }
  t.ok(model.has('@tensorflow/tfjs'));
  t.notOk(orchestrator.has('@tensorflow/tfjs'));
});
