import type { ChildService } from './child-service.ts';

export interface Stopper {
  /** Adds a service, and returns it; those added last are stopped first. */
  add(service: ChildService): ChildService;
  /** From now on a service that ends by itself ends everything. */
  watch(): void;
  now(): Promise<void>;
}

/**
 * Stops everything in order at SIGINT or SIGTERM, or when a service ends by itself (then with exit code 1): the
 * services first, so that they hand on their records, then what lies below them.
 */
export function stopOnSignal(say: (line: string) => void, closeEmbedded: () => Promise<void>): Stopper {
  const services: ChildService[] = [];
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    for (const service of services.toReversed()) await service.stop();
    await closeEmbedded();
  };
  const now = () => {
    stopping ??= stop();
    return stopping;
  };
  const end = async (code: number) => {
    await now();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) return;
      say('\nstopping: handing on the records, then closing');
      end(0).catch((error: Error) => {
        say(`tristore: it did not stop in order: ${error.message}`);
        process.exit(1);
      });
    });
  return {
    now,
    add(service) {
      services.push(service);
      return service;
    },
    watch() {
      for (const { name, logFile, exited } of services)
        exited.then((code) => {
          if (stopping) return;
          say(`tristore: ${name} ended (exit code ${code}); stopping the rest. Its log: ${logFile}`);
          return end(1);
        });
    },
  };
}
