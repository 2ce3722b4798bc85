import type { DeployedStack } from './plan.ts';

/** Deletes stacks at once where none needs another, and each after all that need it. */
export async function inOrder(
  stacks: readonly DeployedStack[],
  remove: (stack: DeployedStack) => Promise<void>,
): Promise<void> {
  let left = [...stacks];
  while (left.length) {
    const names = new Set(left.map(({ name }) => name));
    const free = left.filter(({ dependents }) => !dependents.some((name) => names.has(name)));
    if (!free.length) throw new Error(`stacks need one another: ${[...names].join(', ')}`);
    // all are waited for, so that none goes on behind an error message
    const results = await Promise.allSettled(free.map(remove));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    left = left.filter((stack) => !free.includes(stack));
  }
}
