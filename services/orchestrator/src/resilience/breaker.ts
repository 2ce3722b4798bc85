import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';

export interface BreakerOptions {
  /** Whether an error is the dependency's fault, and not the request's. */
  isFault(error: unknown): boolean;
  /** The error of a call that is not made. */
  broken(): Error;
  /** Faults in a row after which no call is made. */
  faults?: number;
  /** Milliseconds after which one call tries again. */
  restMs?: number;
}

export interface Breaker {
  /** 0 closed: calls are made; 1 open: none is; 2 half open: one tries. */
  state(): 0 | 1 | 2;
  run<T>(call: () => Promise<T>): Promise<T>;
}

const STATES = {
  [CircuitState.Closed]: 0,
  [CircuitState.Open]: 1,
  [CircuitState.Isolated]: 1,
  [CircuitState.HalfOpen]: 2,
} as const;

/** Makes no more calls to what fails every time, but for one now and then that tries whether it is back. */
export function makeBreaker(options: BreakerOptions): Breaker {
  const { isFault, broken, faults = 5, restMs = 1_000 } = options;
  const policy = circuitBreaker(handleWhen(isFault), {
    halfOpenAfter: restMs,
    breaker: new ConsecutiveBreaker(faults),
  });
  return {
    state: () => STATES[policy.state],
    async run(call) {
      try {
        return await policy.execute(call);
      } catch (error) {
        throw isBrokenCircuitError(error) ? broken() : error;
      }
    },
  };
}
