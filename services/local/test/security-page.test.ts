import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCOPES } from '@tristore/common/auth/principal.ts';
import t from 'tap';
import { ROOT } from './launched.ts';

const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

t.test('each row of the OWASP table names tests that exist', async (t) => {
  const rows = page.match(/^\| API\d+ .*$/gm) ?? [];
  t.strictSame(
    rows.map((row) => /API\d+/.exec(row)?.[0]),
    Array.from({ length: 10 }, (_, i) => `API${i + 1}`),
  );
  for (const row of rows) {
    const tests = [...row.matchAll(/`([\w/.-]+\.test\.ts)`: "([^"]+)"/g)];
    t.ok(tests.length > 0, row.slice(0, 40));
    for (const [, file = '', name = ''] of tests) {
      const text = readFileSync(join(ROOT, file), 'utf8');
      // only a whole first argument is the name of a test that runs
      const calls = [`'${name}'`, `"${name}"`].map(
        (quoted) =>
          new RegExp(
            `\\bt\\.test\\(\\s*${literal(quoted)},\\s*async|\\bt\\.test\\(\\s*${literal(quoted)},\\s*\\(`,
          ),
      );
      t.ok(
        calls.some((call) => call.test(text)),
        `${file}: ${name}`,
      );
    }
  }
});

t.test('the page names every scope', async (t) => {
  for (const scope of SCOPES) t.match(page, new RegExp(`^\\| \`${scope}\` \\|`, 'm'));
});

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
