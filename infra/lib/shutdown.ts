import { Duration } from 'aws-cdk-lib';

/**
 * The order in which a task leaves, and how long each step may take. ECS takes the task out of the balancer and out of
 * Service Connect, waits for the deregistration delay, and then sends SIGTERM; the service says "not ready", answers on
 * for DRAIN, closes within its own grace of 25 s, and is killed after STOP.
 */
export const DEREGISTRATION = Duration.seconds(10);

/** For callers that have not heard yet that the task leaves; `DRAIN_MS`. */
export const DRAIN = Duration.seconds(5);

/** More than DRAIN and the grace together, so that undelivered records reach their bucket; ECS allows 120 s. */
export const STOP = Duration.seconds(45);

/**
 * How long a balancer keeps an idle connection to a task: less than the services' keep-alive of 72 s, else it now and
 * then sends a request into a connection that the service has just closed.
 */
export const IDLE = Duration.seconds(60);
