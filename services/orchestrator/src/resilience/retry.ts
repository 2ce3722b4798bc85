import { ExponentialBackoff, handleWhen, type RetryPolicy, retry } from 'cockatiel';

/**
 * Calls that break are made again, twice at most, 20 to 200 ms apart with jitter, and not once their signal has fired:
 * the one layer of retries on the way.
 * @param mayPass whether an error may pass by itself
 */
export const makeRetry = (mayPass: (error: unknown) => boolean): RetryPolicy =>
  retry(handleWhen(mayPass), {
    maxAttempts: 2,
    backoff: new ExponentialBackoff({ initialDelay: 20, maxDelay: 200 }),
  });
