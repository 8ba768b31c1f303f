/** What the simulated world is like: every number that is not the store's own. */

const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The deployment's settings, as infra has them. */
export const DEPLOYMENT = {
  refreshesPerSecond: 25,
  workers: 5,
  workerBatchSize: 10,
  visibilityTimeoutMs: 180_000,
  maxReceiveCount: 3,
  worker: { timeoutMs: 30_000, reserveMs: 1_000 },
  dispatcher: { timeoutMs: 50_000, reserveMs: 1_000 },
  operation: { timeoutMs: 15_000, reserveMs: 500 },
} as const;

/** The schedule of the sweep. */
export const TICKS = {
  everyMs: MINUTE_MS,
  twice: 0.02,
  late: 0.03,
  latestMs: MINUTE_MS,
  lost: 0.01,
  dies: 0.01,
} as const;

export const QUEUE = {
  duplicates: 0.02,
  duplicateWithinMs: 60_000,
  /** Messages are handed out in no order, and some come late. */
  late: 0.05,
  lateByMs: 20_000,
} as const;

export const CONTAINERS = {
  workerDies: 0.05,
  workerFreezes: 0.01,
  operationDies: 0.001,
  operationFreezes: 0.0005,
  /** Some for as long as a lease leaves the provider, which is 5 s; some past the lease's 9 s. */
  freezeMs: [
    { least: 4_000, most: 5_500 },
    { least: 9_000, most: 25_000 },
  ],
  /** A warm container is given up before its next invocation. */
  isReplaced: 0.02,
} as const;

export const PROVIDER = {
  accessTokenMs: HOUR_MS,
  latencyMs: { least: 200, most: 800 },
  /** Of the rotating ones: those whose old refresh token works on for a moment. */
  withGrace: 0.5,
  graceMs: 30_000,
  outageMs: 40 * MINUTE_MS,
  /** Where in the run the outages begin: no answer at all, then HTTP 503. */
  outagesAt: [
    { share: 0.27, kind: 'silent' },
    { share: 0.62, kind: 'http-503' },
  ],
  refreshesPerWindow: 10,
  windowMs: 10 * MINUTE_MS,
} as const;

export const USERS = {
  clients: 20,
  importedPerSecond: 15,
  revoked: 0.01,
  /** Of those whose grant has ended: who logs in again, and when. */
  returns: 0.5,
  returnsWithinMs: 6 * HOUR_MS,
  deleted: 0.01,
  /** Logs in anew, for whatever reason, once in so long. */
  loginEveryMs: 50 * DAY_MS,
  /** Changes something of the token, once in so long; */
  changeEveryMs: 20 * DAY_MS,
  /** and so often exactly while it is refreshed. */
  changesDuringRefresh: { rotating: 0.02, others: 0.002 },
  uses: [
    { weight: 1, value: MINUTE_MS },
    { weight: 5, value: 10 * MINUTE_MS },
    { weight: 20, value: HOUR_MS },
    { weight: 44, value: DAY_MS },
    { weight: 30, value: Number.POSITIVE_INFINITY },
  ],
} as const;

/** An operator asks for the refresh of a token, of each once in so long; it takes what is free. */
export const OPERATORS = { asksEveryMs: 4 * DAY_MS } as const;

/** What makes a world hard, in shares: Zoho neither rotates nor errs so. */
export const HARD = { rotating: 0.1, spurious: 0.001 } as const;

/** After the run proper: nobody does anything and nothing fails, until each was refreshed again. */
export const CALM_MS = 75 * MINUTE_MS;
/** Then the schedule stops, and the queue runs empty. */
export const DRAIN_MS = 10 * MINUTE_MS;

/** CreateSecret and PutSecretValue, of the whole account. */
export const SECRET_WRITES_PER_SECOND = 50;
