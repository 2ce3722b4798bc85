import type { Test } from 'tap';
import { ServiceProcess } from '../../common/test/service-process.ts';

/** The server as a process of its own. */
export const start = (t: Test, environment: Record<string, string>): ServiceProcess =>
  new ServiceProcess(t, new URL('../src/main.ts', import.meta.url), {
    SERVICE_KEY: 'secret',
    ...environment,
  });
