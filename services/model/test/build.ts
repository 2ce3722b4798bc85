import { serviceKey } from '@tristore/common/auth/service-key.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { allButOne } from '../../common/test/auth/walk-doors.ts';
import { testFolder } from '../../common/test/test-folder.ts';
import { buildApp } from '../src/app.ts';
import { type BackendName, chooseBackend } from '../src/inference/backend.ts';
import type { BatchLimits } from '../src/inference/batch-queue.ts';
import { type Catalogue, loadCatalogue } from '../src/inference/catalogue.ts';
import { writeAliases, writeVersion } from './fixtures.ts';
import { BACKEND } from './forced-backend.ts';

export const KEY = 'key-of-a-test';

export interface Built {
  app: FastifyInstance;
  catalogue: Catalogue;
  /** With a key that may predict and read. */
  inject(options: InjectOptions): Promise<LightMyRequestResponse>;
  get(url: string): Promise<LightMyRequestResponse>;
  post(
    url: string,
    payload: object | string | Buffer,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
}

/** The real app on a registry of its own: model `adder`, version 1 champion and, where asked for, more. */
export async function build(
  t: Test,
  options: {
    backend?: 'auto' | BackendName;
    batchLimits?: BatchLimits;
    maxEventLoopDelayMs?: number;
    prepare?: (root: string) => Promise<void>;
  } = {},
): Promise<Built> {
  const root = testFolder(t);
  await writeVersion(root);
  await writeAliases(root, '1');
  await options.prepare?.(root);
  const backend = await chooseBackend(options.backend ?? BACKEND, 'serving');
  const catalogue = await loadCatalogue(await openRegistry(root));
  const authenticators = [serviceKey(KEY, { name: 'test', scopes: ['predict', 'read'] }), ...allButOne];
  const app = await buildApp({
    catalogue,
    backend,
    authenticators,
    logLevel: 'silent',
    ...(options.batchLimits && { batchLimits: options.batchLimits }),
    maxEventLoopDelayMs: options.maxEventLoopDelayMs ?? 0,
  });
  t.teardown(() => app.close());
  const inject = (request: InjectOptions) =>
    app.inject({ ...request, headers: { 'x-api-key': KEY, ...request.headers } });
  return {
    app,
    catalogue,
    inject,
    get: (url) => inject({ url }),
    post: (url, payload, headers = {}) => inject({ method: 'POST', url, payload, headers }),
  };
}
