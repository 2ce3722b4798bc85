import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@tristore/common/random.ts';

const CITIES = ['Taipei', 'Kaohsiung', 'Tainan'];

/** A small file with one of everything: numbers, gaps, words, booleans, a protected column, a target that follows. */
export function syntheticRows(rows = 600): string[] {
  const random = seededRandom(42);
  const lines = ['id,income,debt,gap,city,member,sex,late'];
  for (let i = 1; i <= rows; i++) {
    const [income, debt] = [Math.round(random.next() * 1e6) / 10, random.integer(5)];
    const gap = random.next() < 0.2 ? '' : (random.next() * 4 - 2).toFixed(3);
    const city = CITIES[random.integer(3)] as string;
    const member = random.next() < 0.5;
    const logit = debt - 2 - income / 50_000 + (city === 'Taipei' ? 1 : 0) - (gap === '' ? -0.5 : 0);
    const late = random.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    lines.push([i, income, debt, gap, city, member, 1 + random.integer(2), late].join(','));
  }
  return lines;
}

export const VIEW = {
  entity: 'client',
  columns: {
    income: { description: 'yearly income', unit: 'euro', range: { min: 0, max: 90_000 } },
    sex: { dtype: 'integer', protected: true },
  },
  derived: [{ name: 'debt_to_income', op: 'ratio', inputs: ['debt', 'income'], offset: 1 }],
  reasons: { debt: { raises: 'Many debts', lowers: 'Few debts' } },
  target: { positive: 'pays late', negative: 'pays in time' },
} as const;

/** The file, its view and an empty registry in a folder; the options that train on them. */
export async function prepare(folder: string, lines = syntheticRows(), view: object = VIEW) {
  const data = join(folder, 'people.csv');
  const viewPath = join(folder, 'people.json');
  await writeFile(data, `${lines.join('\n')}\n`);
  await writeFile(viewPath, JSON.stringify(view));
  return {
    data,
    target: 'late',
    id: 'id',
    name: 'lateness',
    view: viewPath,
    out: join(folder, 'registry'),
    seed: 3,
    folds: undefined,
    cvOnly: false,
    epochs: 4,
    backend: 'wasm' as const,
  };
}
