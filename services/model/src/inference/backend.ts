import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { StartupError } from '@tristore/common/errors.ts';

export type BackendName = 'wasm' | 'tensorflow' | 'cpu';

/** The TF.js backend that computes, why it was chosen and why the others were not. */
export interface Backend {
  name: BackendName;
  why: string;
  others: Partial<Record<BackendName, string>>;
}

/** What was measured fastest for the work at hand comes first (docs/benchmarks/backends.md has the figures). */
const PREFERENCE = {
  serving: ['wasm', 'cpu', 'tensorflow'],
  training: ['tensorflow', 'wasm', 'cpu'],
} as const satisfies Record<string, readonly BackendName[]>;
export type Purpose = keyof typeof PREFERENCE;

const require = createRequire(import.meta.url);
/** A variable, because the package is optional and the compiler need not find it. */
const NATIVE_PACKAGE: string = '@tensorflow/tfjs-node';

const load: Record<BackendName, () => Promise<unknown>> = {
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  tensorflow: () => {
    // tfjs-node 4.22 calls what Node 23 removed
    const util: Record<string, unknown> = require('node:util');
    util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
    util['isArray'] ??= Array.isArray;
    return import(NATIVE_PACKAGE);
  },
};

/** @returns why the backend cannot be used here, or undefined where it now is in use */
async function use(name: BackendName): Promise<string | undefined> {
  try {
    await load[name]();
    if (await tf.setBackend(name)) return undefined;
    return 'it does not start';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (name === 'tensorflow' && /MODULE_NOT_FOUND$/.test(code ?? ''))
      return `${NATIVE_PACKAGE} is not installed`;
    if (/native addon module/.test(message)) return `${NATIVE_PACKAGE} has no native library`;
    return message.split('\n', 1)[0] ?? 'it does not load';
  }
}

/**
 * Makes one backend compute from now on, for the whole process.
 * @param wanted `auto`: the first of the purpose's order that works; else this one and no other
 * @throws StartupError where none works
 */
export async function chooseBackend(wanted: 'auto' | BackendName, purpose: Purpose): Promise<Backend> {
  tf.enableProdMode();
  const others: Backend['others'] = {};
  const order: readonly BackendName[] = wanted === 'auto' ? PREFERENCE[purpose] : [wanted];
  for (const name of order) {
    const fault = await use(name);
    if (fault) {
      others[name] = fault;
      continue;
    }
    const why = wanted === 'auto' ? `measured fastest for ${purpose} of those that work here` : 'asked for';
    for (const other of PREFERENCE[purpose])
      if (other !== name)
        others[other] ??= wanted === 'auto' ? `slower for ${purpose}` : `${name} was asked for`;
    return { name, why, others };
  }
  const faults = Object.entries(others).map(([name, fault]) => `${name}: ${fault}`);
  throw new StartupError(`no backend for TensorFlow.js (${faults.join('; ')})`);
}
