import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';

const FOLDER = new URL('../../../.github/workflows/', import.meta.url);
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(new URL(name, FOLDER), 'utf8'),
}));

t.test('actions of others are pinned by commit, with the version beside it', async (t) => {
  for (const { name, text } of workflows)
    for (const [, action = ''] of text.matchAll(/uses: (.*)$/gm))
      if (!action.startsWith('./'))
        t.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${name}: ${action}`);
});

t.test('a workflow may read the repository, and more only in the job that needs it', async (t) => {
  for (const { name, text } of workflows) {
    t.match(text, /^permissions:\n {2}contents: read\n\n/m, name);
    t.notMatch(text, /write-all|contents: write|pull_request_target/, name);
  }
});

t.test('no key that lives long is used', async (t) => {
  for (const { name, text } of workflows)
    t.notMatch(text, /secrets\.|aws-secret-access-key|AWS_SECRET_ACCESS_KEY/, name);
});

t.test('what people can write gets into no shell by text', async (t) => {
  for (const { name, text } of workflows)
    for (const [, run = ''] of text.matchAll(/run: (\|\n(?: {10}.*\n)+|.*$)/gm))
      t.notMatch(run, /\$\{\{/, `${name}: ${run}`);
});

t.test('no deployment prints a key into a log', async (t) => {
  const deployments = workflows.flatMap(({ text }) => text.match(/npm run deploy .*/g) ?? []);
  t.ok(deployments.length);
  for (const deployment of deployments) t.match(deployment, / --no-key\b/);
});

t.test('the gate is the one of developers', async (t) => {
  t.match(workflows.find(({ name }) => name === 'ci.yml')?.text, /run: bash \.ci\/run$/m);
});
