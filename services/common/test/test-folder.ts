import type { Test } from 'tap';

/**
 * `t.testdir()`, removed after the teardowns of `t`. Where it is asked for before the first teardown, tap removes it
 * before them, under what still writes there.
 */
export function testFolder(t: Test, content: Parameters<Test['testdir']>[0] = {}): string {
  t.teardown(() => {});
  return t.testdir(content);
}
