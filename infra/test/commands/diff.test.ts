import t from 'tap';
import { run, SOMEBODY } from './program.ts';
import { type Answer, account, onTheWire, xmlError } from './wire.ts';

t.setTimeout(300_000);

t.test('diff shows what a deployment would make, by CDK itself, and changes nothing', async (t) => {
  const { endpoint, asked } = await onTheWire(t, (one): Answer => {
    const { operation, form } = one;
    if (operation === 'GetTemplate' || operation === 'DescribeStacks')
      return xmlError('ValidationError', `Stack with id ${form.get('StackName')} does not exist`);
    // CDK's roles may be closed to somebody who reads only: it goes on with the credentials that there are
    if (operation === 'AssumeRole') return xmlError('AccessDenied', 'not authorized', 403);
    return account()(one);
  });
  const { code, stdout, stderr } = await run('diff', ['--stage', 'sand'], {
    ...SOMEBODY,
    AWS_ENDPOINT_URL: endpoint,
    HOME: t.testdir({}),
  });
  t.equal(code, 0, stderr.slice(-2_000));
  const text = stdout + stderr;
  for (const stack of ['network', 'data', 'services']) t.match(text, `Stack tristore-sand-${stack}`);
  t.match(text, /\[\+\] AWS::DynamoDB::/);
  const writes = asked.filter(({ operation }) => /^(Create|Update|Delete|Execute|Put)/.test(operation));
  t.same(
    writes.map(({ operation }) => operation),
    [],
  );
});
