import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DeleteItemCommand, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { hashKey } from '@tristore/common/auth/hash-key.ts';
import t from 'tap';
import { startSystem } from './system.ts';

const MAIN = fileURLToPath(new URL('../../src/keys/main.ts', import.meta.url));

t.test('create prints the key once, and keeps its SHA-256 alone', async (t) => {
  const { client, keys, replica } = await startSystem(t);
  const { code, stdout, stderr } = await keys(
    ...['create', '--name', 'shop', '--scopes', 'predict,outcomes', '--rate-limit', '600', '--by', 'ops'],
  );
  t.equal(code, 0, stderr);
  const [key = ''] = stdout.split('\n');
  t.match(key, /^ts_[\w-]{43}$/, 'the first line is the key, 256 bits');
  t.match(stdout, /shop: predict, outcomes; expires: never; limit: 600\/min/);
  const { audit } = JSON.parse(stderr);
  t.match(audit, { who: { name: 'ops' }, action: 'api_key.create', after: { name: 'shop' } });
  t.equal(audit.target, hashKey(key).slice(0, 12));

  const answer = await (await replica())(key);
  t.match(await answer.json(), { name: 'shop', id: audit.target, requestsPerMinute: 600 });
  t.equal(answer.headers.get('ratelimit-limit'), '600');

  const listed = await keys('list', '--json');
  const { Items: stored } = await client.send(new ScanCommand({ TableName: 'state' }));
  for (const [where, text] of Object.entries({
    stderr,
    listed: listed.stdout,
    stored: JSON.stringify(stored),
  }))
    t.notMatch(text, key, `not in ${where}`);
  t.match(JSON.parse(listed.stdout), [
    { id: audit.target, name: 'shop', state: 'active', created_by: 'ops', requests_per_minute: 600 },
  ]);
});

t.test('list shows what became of each key', async (t) => {
  const { keys, made } = await startSystem(t);
  t.match((await keys('list')).stdout, 'there are no keys yet');
  const create = (name: string, ...more: string[]) =>
    made('create', '--name', name, '--scopes', 'read', '--by', 'ann', ...more);
  const old = await create('old', '--expires', '90d');
  const bad = await create('bad', '--rate-limit', '0');
  const next = await made('rotate', old.kept.id, '--overlap', '2h', '--by', 'bob');
  await keys('revoke', bad.kept.id, '--by', 'bob');
  const shown = JSON.parse((await keys('list', '--json')).stdout);
  t.match(
    shown.map(({ id }: { id: string }) => id),
    [old.kept.id, bad.kept.id, next.kept.id],
    'the newest last',
  );
  const hours = (at: string) => Math.round((Date.parse(at) - Date.now()) / 3_600_000);
  t.match(shown[0], { state: 'active', rotated_to: next.kept.id, created_by: 'ann' });
  t.equal(hours(shown[0].expires_at), 2, 'it goes on for the overlap');
  t.match(shown[1], { state: 'revoked', revoked_by: 'bob', requests_per_minute: 0 });
  t.match(shown[2], { state: 'active', name: 'old', scopes: ['read'], created_by: 'bob' });
  t.equal(hours(shown[2].expires_at), 90 * 24, 'it lives as long as the first was made for');
  const { stdout } = await keys('list');
  t.match(stdout, /old .* read .* active .* default/);
  t.match(stdout, /bad .* read .* revoked .* none/);
});

t.test('an overlap never lets a key live longer than it was to', async (t) => {
  const { keys, made } = await startSystem(t);
  const { kept } = await made('create', '--name', 'brief', '--scopes', 'read', '--expires', '1h');
  await made('rotate', kept.id, '--overlap', '30d');
  const [first] = JSON.parse((await keys('list', '--json')).stdout);
  t.ok(Date.parse(first.expires_at) <= Date.now() + 3_600_000);
});

t.test('a key that DynamoDB deleted, since it had expired, is no longer named', async (t) => {
  const { client, keys, made } = await startSystem(t);
  const { key } = await made('create', '--name', 'brief', '--scopes', 'read', '--expires', '1s');
  await made('create', '--name', 'lasting', '--scopes', 'read');
  const pk = { S: `api-key#${hashKey(key)}` };
  await client.send(new DeleteItemCommand({ TableName: 'state', Key: { pk } }));
  t.match(JSON.parse((await keys('list', '--json')).stdout), [{ name: 'lasting' }]);
  const { Item: register } = await client.send(
    new GetItemCommand({ TableName: 'state', Key: { pk: { S: 'api-keys' } } }),
  );
  t.equal(register?.['digests']?.SS?.length, 1);
});

t.test('keys are listed without a look at the rest of the table, also those made at once', async (t) => {
  const { client, keys, made } = await startSystem(t);
  const create = (i: number) => made('create', '--name', `key-${i}`, '--scopes', 'read');
  const several = await Promise.all([
    ...Array.from({ length: 8 }, (_, i) => create(i)),
    ...Array.from({ length: 4 }, () => keys('list')),
  ]);
  t.equal(several.length, 12);
  t.equal(JSON.parse((await keys('list', '--json')).stdout).length, 8);
  const { Item: register } = await client.send(
    new GetItemCommand({ TableName: 'state', Key: { pk: { S: 'api-keys' } } }),
  );
  t.equal(register?.['digests']?.SS?.length, 8);
});

t.test('what cannot be done is one line and exit code 1', async (t) => {
  const { keys, made, dataDir } = await startSystem(t);
  const { kept } = await made('create', '--name', 'gone', '--scopes', 'read');
  await keys('revoke', kept.id);
  const cases: [string[], RegExp][] = [
    [['revoke', 'abcdef012345'], /^keys: there is no key abcdef012345\n$/],
    [['revoke', kept.id], /^keys: the key \w{12} is revoked already\n$/],
    [['rotate', kept.id], /^keys: the key \w{12} is revoked already\n$/],
    [['list', '--data', `${dataDir}/absent`], /^keys: no system runs on .*absent: npm start runs it/],
    [
      ['list', '--compose', '--endpoint', 'http://127.0.0.1:1'],
      /^keys: DynamoDB does not do it: .*; docker compose up starts it, --endpoint names another\n$/,
    ],
  ];
  for (const [args, line] of cases) {
    const { code, stdout, stderr } = await keys(...args);
    t.equal(code, 1, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, line);
  }
});

t.test('a command line that cannot be followed is one line and exit code 2', async (t) => {
  const { keys } = await startSystem(t);
  const create = ['create', '--name', 'x', '--scopes', 'read'];
  const cases: [string[], RegExp][] = [
    [[], /a command is missing: create, list, rotate, revoke/],
    [['delete'], /there is no command "delete"/],
    [['create', '--scopes', 'read'], /--name: is missing/],
    [['create', '--name', 'a\nb', '--scopes', 'read'], /--name: "a\nb" must be/],
    [['create', '--name', 'x'], /--scopes: is missing/],
    [['create', '--name', 'x', '--scopes', 'read,write'], /there is no scope "write"/],
    [[...create, '--expires', 'soon'], /--expires: must be a time such as 90d/],
    [[...create, '--expires', '0s'], /--expires: .* at least 1s/],
    [[...create, '--rate-limit', '-1'], /--rate-limit/],
    [[...create, '--overlap', '1h'], /--overlap goes with rotate/],
    [['revoke'], /revoke: the ID of a key is missing/],
    [['revoke', 'a', 'b'], /what is b\?/],
    [['list', '--scopes', 'read'], /--scopes goes with create/],
    [['list', '--compose', '--data', 'x'], /--data, --compose and --aws: one of them/],
    [['list', '--endpoint', 'http://x'], /--endpoint goes with --compose/],
    [['list', '--state-table', 'x'], /--state-table goes with --aws/],
    [['list', '--nope'], /Unknown option '--nope' \(--help lists the options\)/],
  ];
  for (const [args, line] of cases) {
    const { code, stdout, stderr } = await keys(...args);
    t.equal(code, 2, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, line);
  }
});

t.test('npm run keys is that command; on AWS the endpoint and region are the environment’s', async (t) => {
  const { made, endpoint } = await startSystem(t);
  await made('create', '--name', 'shop', '--scopes', 'predict');
  const run = async (args: string[], environment = {}) =>
    (
      await promisify(execFile)(
        process.execPath,
        ['--import', '@tristore/common/typescript.mjs', MAIN, ...args],
        {
          env: { ...process.env, ...environment },
        },
      )
    ).stdout;
  t.match(await run(['--help']), /^Usage: npm run keys -- create/);
  const aws = {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  t.match(JSON.parse(await run(['list', '--aws', '--json'], aws)), [{ name: 'shop' }]);
  t.match(JSON.parse(await run(['list', '--compose', '--endpoint', endpoint, '--json'])), [{ name: 'shop' }]);
});
