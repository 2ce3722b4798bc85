import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Without fenced blocks: a comment in a shell is no heading. */
const prose = (file: string) => readFileSync(join(ROOT, file), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');

/** As GitHub makes them of headings. */
const anchorsOf = (file: string) =>
  new Set(
    [...prose(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

t.test('links between the pages lead somewhere', async (t) => {
  for (const from of PAGES)
    for (const [, link = ''] of prose(from).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const to = path ? join(dirname(from), path) : from;
      t.ok(existsSync(join(ROOT, to)), `${from}: ${link}`);
      if (anchor && to.endsWith('.md')) t.ok(anchorsOf(to).has(anchor), `${from}: ${link}`);
    }
});
