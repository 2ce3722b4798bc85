import t from 'tap';
import { checkAccount } from '../../commands/checks/account.ts';
import { ACCOUNT, account, onTheWire } from './wire.ts';

t.test("the credentials must be of the stage's account", async (t) => {
  const { endpoint } = await onTheWire(t, account());
  const before = { ...process.env };
  t.teardown(() => {
    process.env = before;
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_STS: endpoint,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  const stage = { name: 'prd', region: 'eu-central-1' };
  t.match(await checkAccount(stage), { account: ACCOUNT });
  t.match(await checkAccount({ ...stage, account: ACCOUNT }), { account: ACCOUNT });
  await t.rejects(checkAccount({ ...stage, account: '210987654321' }), {
    message: `the credentials are of account ${ACCOUNT} (arn:aws:iam::${ACCOUNT}:user/an-engineer), the stage prd is for 210987654321`,
  });
});
