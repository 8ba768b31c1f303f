/** How bad a storm is, how long, and who lives through it. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What befalls an outgoing call; of the first four at most one does. */
export const RATES = {
  throttled: 0.3,
  serverError: 0.1,
  lostAnswer: 0.05,
  conflict: 0.05,
  slow: 0.05,
  /** Of Secrets Manager's reads. */
  stale: 0.3,
  /** Of batches: that one of their entries fails. */
  failedEntry: 0.1,
} as const;

export const LATENCY_MS = {
  usual: { least: 5, most: 50 },
  /** Some of them are longer than a client waits. */
  slow: { least: 500, most: 6_000 },
} as const;

/** As the deployed clients have it (lambdas/runtime/clients.ts). */
export const REQUEST_TIMEOUT_MS = 3_000;

export const CONTAINERS = {
  /** Of invocations: that they freeze at one of their calls, for longer than a lease or not. */
  freezes: 0.15,
  freezeMs: { least: 2_000, most: 14_000 },
  /** Of invocations: that they die at one of their calls, before it or with its answer. */
  deaths: 0.05,
  /** What befalls an invocation does at one of so many calls. */
  calls: 8,
  /** Clocks are up to two minutes apart. */
  skewMs: { least: -MINUTE_MS, most: MINUTE_MS },
  atOnce: 5,
} as const;

export const QUEUE = {
  /** Of batches: that a message of theirs is delivered once more. */
  twice: 0.5,
  /** Batches overtake each other. */
  lateByMs: 20_000,
  pollMs: 10_000,
} as const;

export const LIVES = {
  users: 8,
  /** Of these, those whose provider rotates. */
  rotating: 4,
  /** Between what is done for one user. */
  pauseMs: 9 * MINUTE_MS,
  /** At most so many writes in a row, and so many who look up beside them, within so long. */
  writes: 3,
  readers: 4,
  besideMs: 12_000,
  /** Before it repeats what was not answered. */
  repeatMs: { least: 500, most: 20_000 },
  logoutMs: 50 * MINUTE_MS,
} as const;

export const SPANS = {
  storm: 3 * HOUR_MS,
  /** Between two looks at what holds at every moment. */
  look: 5 * MINUTE_MS,
  /** Until the schedule has made up for the storm. */
  calm: 2 * HOUR_MS,
  /** Until what is left can be taken no more for a token whose row was lost. */
  week: 7 * 24 * HOUR_MS + HOUR_MS,
  after: 2 * HOUR_MS,
} as const;
