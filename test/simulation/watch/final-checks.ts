/** When everything is over: is every valid grant in the store, and every ended one marked? */
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import type { Account } from '../world/account.ts';
import { type Grant, takes } from '../world/simulated-provider.ts';
import type { SimulatedQueue } from '../world/simulated-queue.ts';
import { DEPLOYMENT, SECRET_WRITES_PER_SECOND } from '../world/world-settings.ts';
import { isEnded, rotationLost } from './grants.ts';
import type { Tallies } from './tallies.ts';
import type { Violations } from './violations.ts';
import type { Watch } from './watch.ts';

/**
 * Refreshes begin at the pace in every second; what each takes differs, so that what they write
 * keeps to it over a few.
 */
export const PACE_SECONDS = 10;

export interface FinalChecksOptions {
  readonly nowMs: number;
  readonly calmFromMs: number;
  readonly accounts: readonly Account[];
  readonly rows: ReadonlyMap<string, TokenRow>;
  readonly refreshTokenOf: (row: TokenRow) => string | undefined;
  readonly queue: SimulatedQueue;
  /** Tokens of which an event told that they need re-authorization. */
  readonly announced: ReadonlySet<string>;
  readonly watch: Watch;
  readonly tallies: Tallies;
  readonly violations: Violations;
}

export function checkAtEnd(options: FinalChecksOptions): void {
  const { accounts, rows, nowMs, violations } = options;
  for (const account of accounts) {
    if (account.deletedAtMs !== undefined || account.tokenId === undefined) continue;
    const row = rows.get(account.tokenId);
    if (row === undefined || (row.state !== 'active' && row.state !== 'needs-reauthorization')) {
      violations.add('grant-lost', nowMs, account.tokenId, `the row is ${row?.state ?? 'gone'}`);
    } else {
      checkToken(row, account.grant, options);
    }
  }
  checkRequests(options);
  checkQueue(options);
  checkRates(options);
}

function checkRequests({ rows, violations, nowMs }: FinalChecksOptions): void {
  for (const { id, refreshRequestedAtMs, refreshable, state } of rows.values()) {
    if (refreshRequestedAtMs === undefined || !refreshable) continue;
    violations.add('request-lost', nowMs, id, `it is ${state}, and the request still stands`);
  }
}

function checkToken(row: TokenRow, grant: Grant, options: FinalChecksOptions): void {
  const { nowMs, refreshTokenOf, violations } = options;
  const held = refreshTokenOf(row);
  if (held !== undefined && takes(grant, held, nowMs)) checkHeld(row, grant, options);
  else if (isEnded(grant, nowMs) || rotationLost(grant, nowMs)) checkMarked(row, grant, options);
  else violations.add('grant-lost', nowMs, row.id, 'the provider does not take what is stored');
}

function checkMarked(row: TokenRow, grant: Grant, options: FinalChecksOptions): void {
  const { nowMs, violations, announced, watch } = options;
  if (row.state !== 'needs-reauthorization') {
    const what = `refused ${grant.refusals} times`;
    violations.add('not-marked', nowMs, row.id, what);
    return;
  }
  if (!announced.has(row.id)) violations.add('mark-unannounced', nowMs, row.id, '');
  const record = watch.record(row.id);
  if (record === undefined) return;
  const { refusalsNoted, refusalsExcused, answer } = record;
  const underWay = answer?.truth === 'refused' && (answer.by.dead || answer.by.froze) ? 1 : 0;
  if (grant.refusals <= refusalsNoted + refusalsExcused + underWay) return;
  const what = `${grant.refusals} refusals, ${refusalsNoted} noted, ${refusalsExcused} excused`;
  violations.add('marked-late', nowMs, row.id, what);
}

function checkHeld(row: TokenRow, grant: Grant, options: FinalChecksOptions): void {
  const { nowMs, calmFromMs, violations, watch } = options;
  if ((watch.record(row.id)?.refusalsInError ?? 0) >= 2) return;
  if (row.state !== 'active' || !row.refreshable || row.dueAtMs === undefined) {
    violations.add('grant-lost', nowMs, row.id, `it is ${row.state}`);
  } else if ((grant.lastMint?.atMs ?? 0) < calmFromMs) {
    violations.add('not-refreshed-at-end', nowMs, row.id, '');
  }
}

function checkQueue({ queue, violations, nowMs }: FinalChecksOptions): void {
  if (queue.size > 0) violations.add('queue-left', nowMs, undefined, `${queue.size} messages`);
}

function checkRates({ tallies, violations }: FinalChecksOptions): void {
  const turns = tallies.turns.peak();
  if (turns.perSecond > DEPLOYMENT.refreshesPerSecond) {
    violations.add('write-rate', turns.atMs, undefined, `${turns.perSecond} in a second`);
  }
  const scheduled = tallies.writesBySchedule.peak(PACE_SECONDS);
  if (scheduled.perSecond > DEPLOYMENT.refreshesPerSecond) {
    const what = `${scheduled.perSecond} a second for ${PACE_SECONDS} s`;
    violations.add('write-rate', scheduled.atMs, undefined, what);
  }
  const writes = tallies.writes.peak();
  if (writes.perSecond > SECRET_WRITES_PER_SECOND) {
    violations.add('quota', writes.atMs, undefined, `${writes.perSecond} in a second`);
  }
}
