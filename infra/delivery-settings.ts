/** How the refresh queue delivers. Apart from the constructs, so that to know it needs no CDK. */
import { timeoutSeconds } from './function-timeout.ts';

/** Tokens of one invocation of a worker. */
export const WORKER_BATCH_SIZE = 10;
/** Deliveries of a message before it is a dead letter. */
export const MAX_RECEIVE_COUNT = 3;
/** Six times the worker's timeout, as the SQS event source asks for. */
export const VISIBILITY_TIMEOUT_SECONDS = 6 * timeoutSeconds('refresh-worker');
export const SWEEP_EVERY_MINUTES = 1;
export const HOUSEKEEPING_EVERY_MINUTES = 60;
