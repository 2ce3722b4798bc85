import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { needed, readOutputs } from '../../commands/stack-outputs.ts';
import { fakeAws } from './cloud-formation.ts';
import { onTheWire } from './wire.ts';

t.test('outputs are read by their ids from the stacks that are there, and what lacks is named', async (t) => {
  const { answer } = fakeAws({
    data: { outputs: { StateTable: 'state-1', ExportsOutputRefKey: 'of CDK' } },
    gateway: { outputs: { Url: 'https://example.com/sand' } },
  });
  const { endpoint } = await onTheWire(t, answer);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new CloudFormationClient({ endpoint, region: 'eu-central-1', credentials });
  t.teardown(() => client.destroy());
  const outputs = await readOutputs(client, ['data', 'never', 'gateway']);
  t.same(outputs, { stateTable: 'state-1', url: 'https://example.com/sand' });
  t.match(needed(outputs, 'url', 'stateTable'), outputs);
  t.throws(() => needed(outputs, 'url', 'artifactsBucket', 'workgroup'), {
    name: 'StartupError',
    message: 'the deployed stacks have no output artifactsBucket, workgroup: were they all deployed?',
  });
});
