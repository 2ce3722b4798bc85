import { join } from 'node:path';
import t, { type Test } from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { FLAG } from '../src/dataset/dataset.ts';
import { readViewFile } from '../src/dataset/view-file.ts';
import { loadData } from '../src/load-data.ts';
import { prepare, syntheticRows, VIEW } from './synthetic.ts';

async function load(t: Test, lines?: string[], view?: object) {
  const options = await prepare(testFolder(t), lines, view);
  return loadData(options.data, await readViewFile(options.view), options);
}

t.test('types, ranges and policies are inferred where the view file says nothing', async (t) => {
  const { dataset } = await load(t);
  const [income, debt, gap, city, member, sex] = dataset.view.columns;
  t.match(income, { dtype: 'double', range: { min: 0, max: 90_000 }, unit: 'euro', on_missing: 'required' });
  t.match(debt, { dtype: 'integer', range: { min: 0, max: 4 } });
  t.match(gap, { dtype: 'double', on_missing: 'indicator', default: Number });
  t.match(city, { dtype: 'string', on_missing: 'required' });
  t.match(member, { dtype: 'boolean' });
  t.match(sex, { protected: true, on_missing: 'default', default: undefined });
  t.equal(dataset.view.entity, 'client');
  t.equal(dataset.view.name, 'lateness');
  t.same([...(dataset.vocabularies['city'] ?? [])].sort(), ['Kaohsiung', 'Tainan', 'Taipei']);
});

t.test('rows become vectors in signature order, gaps their default and a flag', async (t) => {
  const header = 'id,income,debt,gap,city,member,sex,late';
  const lines = [header, ...syntheticRows().slice(1), '601,100000,3,,Pingtung,true,2,1'];
  const { dataset } = await load(t, lines);
  const width = dataset.features.length;
  const vector = [...dataset.vectors.subarray(600 * width)];
  const gap = dataset.view.columns[2]?.default as number;
  t.same(vector, [100_000, 3, gap, 1, 0, 1, 3 / 100_001].map(Math.fround), 'a rare word counts as unseen');
  t.equal(dataset.flags['gap']?.[600], FLAG.missing);
  t.equal(dataset.flags['income']?.[600], FLAG.outOfRange);
  t.equal(dataset.protected['sex']?.[600], 2);
  t.equal(dataset.labels[600], 1);
});

t.test('columns that are excluded are in no view', async (t) => {
  const { dataset } = await load(t, undefined, { exclude: ['city', 'gap'] });
  t.same(
    dataset.view.columns.map(({ name }) => name),
    ['income', 'debt', 'member', 'sex'],
  );
});

/** The file with one line replaced. */
const withLine = (number: number, line: string) => syntheticRows().with(number - 1, line);
const HEADER = 'id,income,debt,gap,city,member,sex,late';
const BAD_FILES: Record<string, [string[], string]> = {
  'a word in a column of numbers': [
    withLine(17, '16,lots,1,0.5,Tainan,true,1,0'),
    'people.csv: line 17: income must be a number, is "lots"',
  ],
  'a fraction in a column said to hold integers': [
    withLine(9, '8,100,1.5,0.5,Tainan,true,1,0'),
    'people.csv: line 9: debt must be an integer, is 1.5',
  ],
  'a gap in a required column': [
    withLine(5, '4,,1,0.5,Tainan,true,1,0'),
    'people.csv: line 5: income is empty, and the view says that it is required',
  ],
  'a target that is neither 0 nor 1': [
    withLine(4, '3,100,1,0.5,Tainan,true,1,2'),
    'people.csv: line 4: late must be 0 or 1, is "2"',
  ],
  'an id that is there twice': [
    withLine(4, '2,100,1,0.5,Tainan,true,1,0'),
    'people.csv: line 4: id 2 is there twice',
  ],
  'a number beyond float32': [
    withLine(4, '3,1e39,1,0.5,Tainan,true,1,0'),
    'people.csv: line 4: income must fit in float32',
  ],
  'a cell too few': [
    withLine(4, '3,100,1,0.5,Tainan,true,1'),
    'people.csv: line 4: has 7 cells, the header 8',
  ],
  'a column name that is there twice': [
    withLine(1, HEADER.replace('gap', 'debt')),
    'people.csv: line 1: column debt is there twice',
  ],
  'no target column': [
    withLine(1, HEADER.replace('late', 'lateness')),
    'people.csv: --target: the data file has no column late',
  ],
  'no id column': [
    withLine(1, HEADER.replace('id', 'key')),
    'people.csv: --id: the data file has no column id',
  ],
  'no rows': [[HEADER], 'people.csv: the data file has no rows'],
};
for (const [name, [lines, message]] of Object.entries(BAD_FILES))
  t.test(`refused: ${name}`, async (t) => {
    const columns = { ...VIEW.columns, debt: { dtype: 'integer' }, income: { on_missing: 'required' } };
    await t.rejects(load(t, lines, { ...VIEW, columns }), { name: 'StartupError', message });
  });

t.test('refused: a view file that does not fit', async (t) => {
  const refused = (view: object, message: string) => t.rejects(load(t, undefined, view), { message });
  await refused(
    { columns: { wage: {} } },
    'people.csv: view file, columns: the data file has no column wage',
  );
  await refused(
    { columns: { late: {} } },
    'people.csv: view file, columns: late is the id, the target or excluded',
  );
  await refused(
    { derived: [{ name: 'd', op: 'log1p', inputs: ['wage'] }] },
    'people.csv: view file: derived/0/inputs wage is no unprotected column, nor a derived one before it',
  );
  await refused({ colums: {} }, 'view file: colums is not known');
  await refused({ columns: { debt: { dtype: 'float' } } }, /^view file: columns\.debt\.dtype/ as never);
});

t.test('refused: files that cannot be read', async (t) => {
  const roles = { target: 'y', id: 'id', name: 'm' };
  await t.rejects(loadData('nowhere.csv', {}, roles), { message: '--data: there is no file nowhere.csv' });
  await t.rejects(loadData(testFolder(t), {}, roles), { message: /cannot be read \(EISDIR/ });
  await t.rejects(readViewFile(join(testFolder(t), 'no.json')), { message: /^--view: .*ENOENT/ });
});

t.test('free text is no category', async (t) => {
  const lines = ['id,note,late', ...Array.from({ length: 1200 }, (_, i) => `${i},word${i},${i % 2}`)];
  await t.rejects(load(t, lines, {}), { message: /column note has more than 1000 different words/ });
});
