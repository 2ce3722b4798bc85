import t from 'tap';
import { Credential } from '../../src/auth/credential.ts';
import { serviceKey } from '../../src/auth/service-key.ts';

t.test('the service key is known without a promise, and nothing near it is', async (t) => {
  const door = serviceKey('secret', { name: 'service', scopes: ['predict'] });
  t.match(door.authenticate(new Credential('secret')), { name: 'service' });
  for (const near of ['secret ', 'Secret', 'secre', ''])
    t.equal(door.authenticate(new Credential(near)), undefined);
});
