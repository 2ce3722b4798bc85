import { readFileSync } from 'node:fs';
import { MODEL_PATHS, UNROUTED_PATHS } from '@tristore/common/resources.ts';
import t from 'tap';

const CONFIGURATION = new URL('../../containers/haproxy.cfg', import.meta.url);

t.test('the balancer of docker-compose.yml has the path rules of resources.ts', (t) => {
  const text = readFileSync(CONFIGURATION, 'utf8');
  const begins = (line: RegExp) => (line.exec(text)?.[1] ?? '').trim().split(' ');
  const prefixes = (patterns: readonly string[]) => patterns.map((pattern) => pattern.replace(/\*$/, ''));
  t.same(begins(/use_backend model if \{ path_beg ([^}]*)\}/), prefixes(MODEL_PATHS));
  t.same(begins(/http-request return status 404 .* if \{ path_beg ([^}]*)\}/), prefixes(UNROUTED_PATHS));
  t.match(text, /default_backend orchestrator/);
  t.end();
});
