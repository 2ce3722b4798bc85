import t from 'tap';
import { stageWith } from './data-template.ts';
import { type Right, rightsOf } from './grants.ts';

const stage = await stageWith('prd');

/** Of a right: what, and on which resource, by the last part of the construct's name. */
const inShort = ({ actions, on, only }: Right) =>
  [
    actions.join(' '),
    /ExportsOutput\w*?GetAtt([A-Za-z]+?)[0-9A-F]{8}/.exec(on)?.[1],
    on.match(/"(\/[^"]*)"/g)?.join(' '),
    only && Object.values(Object.values(only)[0] ?? {})[0],
  ]
    .filter(Boolean)
    .join(' | ');
const rights = (...args: Parameters<typeof rightsOf>) => rightsOf(...args).map(inShort);

t.test('x', async (t) => {
  t.same(
    rights(stage, (data, role) => data.featureStore.grantServe(role)),
    [],
  );
  t.same(
    rights(stage, (data, role) => data.featureStore.grantReadKeys(role)),
    [],
  );
  t.same(
    rights(stage, (data, role) => data.evaluationStore.grantWrite(role)),
    [],
  );
  t.same(
    rights(stage, (data, role) => data.evaluationStore.grantQuery(role)),
    [],
  );
  t.same(
    rights(stage, (data, role) => data.artifacts.grantRead(role)),
    [],
  );
  t.same(
    rights(stage, (data, role) => data.artifacts.grantPublish(role)),
    [],
  );
  t.same(
    rights(stage, (data, role) => data.artifacts.grantPromote(role)),
    [],
  );
  t.same(
    rights(stage, (data, role) => data.alarms.grantPublish(role)),
    [],
  );
});
