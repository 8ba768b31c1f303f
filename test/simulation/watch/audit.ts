/**
 * Looks at every token every few minutes: none may be past due without a reason. Sees how long the
 * traces of an outage last.
 */
import { type RefreshPolicy, scheduledAtMs } from '../../../lib/refresh-policy.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import type { EventClock } from '../engine/event-clock.ts';
import { type Account, ownerOf } from '../world/account.ts';
import type { Outage } from '../world/simulated-provider.ts';
import { isEnded, rotationLost } from './grants.ts';
import { expiresAtMs, isUsable, MARGIN_MS } from './reasons.ts';
import type { Violations } from './violations.ts';
import type { Watch } from './watch.ts';

export interface AuditOptions {
  readonly clock: EventClock;
  readonly rows: ReadonlyMap<string, TokenRow>;
  readonly accounts: readonly Account[];
  readonly outages: readonly Outage[];
  readonly watch: Watch;
  readonly violations: Violations;
  readonly policy: RefreshPolicy;
}

/**
 * A request is answered within this of when it can be had: two lost dispatches, or three deaths of
 * workers, and the backlog of an outage.
 */
const REQUEST_PATIENCE_MS = 2_400_000;

/** How an outage was got over. */
export interface Recovery {
  readonly outage: Outage;
  /** Tokens past due, and tokens expired, at the last look before its end. */
  pastDue: number;
  expired: number;
  /** From its end until no token was expired, or past due, because of it. */
  usableAfterMs: number | undefined;
  recoveredAfterMs: number | undefined;
}

const EVERY_MS = 600_000;
const IN_RECOVERY_EVERY_MS = 60_000;

export class Audit {
  readonly #o: AuditOptions;
  readonly recoveries: readonly Recovery[];

  constructor(options: AuditOptions) {
    this.#o = options;
    this.recoveries = options.outages.map((outage) => {
      const after = { usableAfterMs: undefined, recoveredAfterMs: undefined };
      return { outage, pastDue: 0, expired: 0, ...after };
    });
  }

  run(untilMs: number): void {
    const { clock } = this.#o;
    const look = () => {
      const nowMs = clock.nowMs();
      const recovering = this.recoveries.find((recovery) => {
        return recovery.outage.fromMs <= nowMs && recovery.recoveredAfterMs === undefined;
      });
      this.#look(recovering);
      const nextMs = nowMs + (recovering === undefined ? EVERY_MS : IN_RECOVERY_EVERY_MS);
      if (nextMs < untilMs) clock.at(nextMs, look);
    };
    clock.at(clock.nowMs(), look);
  }

  #look(recovering: Recovery | undefined): void {
    const { clock, rows, watch } = this.#o;
    const nowMs = clock.nowMs();
    let [pastDue, expired] = [0, 0];
    for (const row of rows.values()) {
      this.#checkRequest(row, nowMs);
      const dueMs = expiresAtMs(row) - MARGIN_MS;
      if (nowMs <= dueMs || row.state !== 'active' || !row.refreshable) continue;
      if (recovering !== undefined && this.#isTraceOf(recovering.outage, row, nowMs)) {
        pastDue += 1;
        if (!isUsable(row, nowMs)) expired += 1;
      }
      watch.checkDue(row);
    }
    if (recovering !== undefined) noteRecovery(recovering, nowMs, pastDue, expired);
  }

  #checkRequest(row: TokenRow, nowMs: number): void {
    const { violations, policy } = this.#o;
    if (row.refreshRequestedAtMs === undefined || row.deletedAtMs !== undefined) return;
    const dueMs = Math.max(scheduledAtMs(row, policy) ?? 0, row.refreshRequestedAtMs);
    if (nowMs <= dueMs + REQUEST_PATIENCE_MS) return;
    const minutes = Math.round((nowMs - dueMs) / 60_000);
    violations.add('request-lost', nowMs, row.id, `${minutes} min after it was due`);
  }

  /** Whether a token that is past due has its access token from before the outage. */
  #isTraceOf({ fromMs }: Outage, row: TokenRow, nowMs: number): boolean {
    const grant = this.#o.accounts[ownerOf(row.userName ?? '')]?.grant;
    if (grant === undefined || isEnded(grant, nowMs) || rotationLost(grant, nowMs)) return false;
    return (row.accessTokenSinceMs ?? row.writtenAtMs) < fromMs;
  }
}

function noteRecovery(recovery: Recovery, nowMs: number, pastDue: number, expired: number): void {
  const { untilMs } = recovery.outage;
  if (nowMs < untilMs) {
    recovery.pastDue = pastDue;
    recovery.expired = expired;
    return;
  }
  if (expired === 0) recovery.usableAfterMs ??= nowMs - untilMs;
  if (pastDue === 0) recovery.recoveredAfterMs ??= nowMs - untilMs;
}
