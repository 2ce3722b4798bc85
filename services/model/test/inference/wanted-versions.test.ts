import t from 'tap';
import { wantedVersions } from '../../src/inference/wanted-versions.ts';

const state = { champion: '3', shadows: [], changed_at: '', changed_by: '', reason: '' };

t.test('what the aliases name is loaded, the most needed first, each once', async (t) => {
  const { labels, versions, standIn } = wantedVersions(
    { ...state, canary: { version: '4', percent: 5 }, shadows: ['5', '4'], previous_champion: '2' },
    '9',
  );
  t.strictSame(labels, { champion: '3', canary: '4' });
  t.strictSame(versions, ['3', '4', '2', '5', '9'], 'and the newest last');
  t.equal(standIn, '2');
  t.strictSame(wantedVersions(state, '3').versions, ['3']);
});

t.test('of a model without aliases the newest', async (t) => {
  t.strictSame(wantedVersions(undefined, '9'), { labels: {}, versions: ['9'] });
  t.strictSame(wantedVersions(undefined, undefined).versions, []);
});
