/**
 * Watches the store from outside: what it commits, what it asks the provider, what it hands out.
 * It knows every disturbance and holds against them what the store did not manage.
 */
import type { Observer } from '../../../lib/observer.ts';
import type {
  Judgement,
  RefreshFailure,
  RowWrite,
  TokenRow,
} from '../../../lib/token-index/token-index.ts';
import type { EventClock } from '../engine/event-clock.ts';
import { type Account, ownerOf } from '../world/account.ts';
import { type Answered, type Outage, type Truth, takes } from '../world/simulated-provider.ts';
import { DEPLOYMENT } from '../world/world-settings.ts';
import { ClientRecords } from './client-records.ts';
import { isEnded, rotationLost } from './grants.ts';
import {
  type Explained,
  expiresAtMs,
  explain,
  isUsable,
  MARGIN_MS,
  PICK_UP_MS,
  type Reason,
  USABLE_MS,
} from './reasons.ts';
import { count, type Tallies } from './tallies.ts';
import { newRecord, type TokenRecord } from './token-record.ts';
import type { Violations } from './violations.ts';

/** Backoff after an outage at its longest, with jitter. */
const LONGEST_BACKOFF_MS = 450_000;
/** From reading a row to noting what became of its refresh. */
const REFRESH_LASTS_MS = 10_000;
export interface WatchOptions {
  readonly clock: EventClock;
  readonly rows: ReadonlyMap<string, TokenRow>;
  readonly accounts: readonly Account[];
  readonly outages: readonly Outage[];
  readonly tallies: Tallies;
  readonly violations: Violations;
  readonly refreshTokenOf: (row: TokenRow) => string | undefined;
}

export class Watch {
  readonly #o: WatchOptions;
  readonly #records = new Map<string, TokenRecord>();
  readonly #clients: ClientRecords;
  /** How long after an outage its backlog may last. */
  readonly recoveryMs: number;

  constructor(options: WatchOptions) {
    this.#o = options;
    const { accounts } = options;
    this.#clients = new ClientRecords(accounts);
    const backlogMs = (accounts.length / DEPLOYMENT.refreshesPerSecond) * 1000;
    this.recoveryMs = backlogMs + LONGEST_BACKOFF_MS + PICK_UP_MS;
  }

  /** What the core tells whoever keeps its metrics. */
  readonly observer: Observer = {
    refresh: ({ tokenId, verdict, occasion, lagMs }) => {
      const { tallies, clock, rows } = this.#o;
      if (verdict === 'refreshed') tallies.refreshed[occasion] += 1;
      const row = rows.get(tokenId);
      if (verdict !== 'refreshed' || lagMs === undefined || row === undefined) return;
      const nowMs = clock.nowMs();
      const lags = this.#isDisturbed(nowMs) ? tallies.lagInOutages : tallies.lag;
      // A token may be saved when it is past due already: it cannot lag behind its save.
      lags.add(Math.min(lagMs, nowMs - (row.accessTokenSinceMs ?? row.writtenAtMs)));
    },
    takeover: ({ adopted }) => {
      this.#o.tallies.takeovers += 1;
      if (adopted) this.#o.tallies.adopted += 1;
    },
    wasted: ({ tokenId }) => {
      const { tallies, clock, accounts } = this.#o;
      tallies.wasted += 1;
      const grant = accounts[this.#records.get(tokenId)?.owner ?? -1]?.grant;
      if (grant !== undefined) grant.wastedAtMs = clock.nowMs();
    },
    needsReauthorization: () => {},
    incident: () => {},
    handedOut: ({ tokenId, remainingMs }) => {
      if (remainingMs >= USABLE_MS) return;
      const row = this.#o.rows.get(tokenId);
      if (row !== undefined && !this.#isJustSaved(row)) this.#handedOutStale(row);
    },
  };

  record(id: string): TokenRecord | undefined {
    return this.#records.get(id);
  }

  /** Why it is, if it is, that this token has not been refreshed. */
  explain(row: TokenRow): Explained {
    const record = this.#records.get(row.id);
    const outages = this.#o.outages.map(({ fromMs, untilMs }) => {
      return { atMs: fromMs, untilMs: untilMs + this.recoveryMs, reason: 'outage' as const };
    });
    return explain(row, [...outages, ...(record?.disturbances ?? [])]);
  }

  /** The reason why a token is not usable now; a violation where there is none. */
  reasonFor(row: TokenRow, what: string): Reason | undefined {
    const { clock, violations, accounts } = this.#o;
    const nowMs = clock.nowMs();
    const { untilMs, reason } = this.explain(row);
    const grant = accounts[ownerOf(row.userName ?? '')]?.grant;
    const grantEnded =
      grant !== undefined && (isEnded(grant, untilMs) || rotationLost(grant, nowMs));
    if (grantEnded || row.state === 'needs-reauthorization') return 'ended';
    if (reason !== undefined && nowMs <= untilMs) return reason;
    violations.add('unexplained-miss', nowMs, row.id, what);
    return undefined;
  }

  /** A token that is past due must have a reason to be; it is looked at again when it is not. */
  checkDue(row: TokenRow): void {
    const nowMs = this.#o.clock.nowMs();
    const dueMs = expiresAtMs(row) - MARGIN_MS;
    if (nowMs <= dueMs + PICK_UP_MS || row.state !== 'active' || !row.refreshable) return;
    const record = this.#records.get(row.id);
    if (record === undefined || record.foundOverdue || nowMs <= record.explainedUntilMs) return;
    record.explainedUntilMs = this.explain(row).untilMs;
    if (nowMs <= record.explainedUntilMs) return;
    record.foundOverdue = true;
    const late = Math.round((nowMs - dueMs) / 1000);
    this.#o.violations.add('overdue', nowMs, row.id, `${late} s past its margin`);
  }

  /** A find begins, and meets the token as it stands. */
  met(row: TokenRow): void {
    const { tallies, clock } = this.#o;
    tallies.finds += 1;
    if (isUsable(row, clock.nowMs())) return;
    const reason = this.reasonFor(row, 'met by a find');
    if (reason !== undefined) count(tallies.met, reason);
  }

  /** Somebody saved a fresh token after the find had read the old one. */
  #isJustSaved(row: TokenRow): boolean {
    const nowMs = this.#o.clock.nowMs();
    const sinceMs = row.accessTokenSinceMs ?? 0;
    return isUsable(row, nowMs) && nowMs - sinceMs < DEPLOYMENT.operation.timeoutMs;
  }

  #handedOutStale(row: TokenRow): void {
    const reason = this.reasonFor(row, 'handed out');
    if (reason !== undefined) count(this.#o.tallies.handedOut, reason);
  }

  /** Something keeps these tokens from being refreshed for a while. */
  disturb(id: string, reason: Reason, untilMs: number): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    const atMs = this.#o.clock.nowMs();
    record.disturbances.push({ atMs, untilMs: Math.max(atMs, untilMs), reason });
  }

  /** @param before - the rows as they stood, where they did */
  committed(writes: readonly RowWrite[], before: readonly TokenRow[], bySave: boolean): void {
    if (!bySave) for (const row of before) this.checkDue(row);
    for (const { row, expected } of writes) {
      const record = this.#recordOf(row);
      const refreshed = expected !== 'absent' && expected.lease !== undefined;
      if (refreshed)
        this.#answeredRequest(
          row.id,
          before.find(({ id }) => id === row.id),
        );
      if (bySave) this.#noteSave(record, row);
      if (row.state === 'active') record.marked = false;
      if (expected !== 'absent' && row.accessTokenSinceMs === record.accessTokenSinceMs) continue;
      record.accessTokenSinceMs = row.accessTokenSinceMs;
      record.disturbances = [];
      record.refusalsNoted = 0;
      record.refusalsInIncident = 0;
      record.refusalsInError = 0;
      record.foundOverdue = false;
      record.explainedUntilMs = 0;
    }
  }

  /** The store has noted what a failed refresh means. */
  judged(id: string, { failure, state }: Judgement): void {
    const record = this.#records.get(id);
    const row = this.#o.rows.get(id);
    if (record === undefined || row?.failure !== failure) return;
    this.#answeredRequest(id);
    const reason = reasonOf(record.answer?.truth, failure);
    record.answer = undefined;
    if (reason === 'spurious' && failure.verdict.startsWith('revoked')) record.refusalsInError += 1;
    if (reason === 'ended') {
      record.refusalsNoted += 1;
      if (this.#clients.isIncident(record, this.#o.clock.nowMs())) record.refusalsInIncident += 1;
    }
    this.disturb(id, reason, failure.retryAtMs + PICK_UP_MS);
    if (state === 'needs-reauthorization' && !record.marked) this.#marked(record, row);
  }

  /** Something came of a refresh: a request for it must not come to it again. */
  #answeredRequest(id: string, before?: TokenRow): void {
    const { rows, clock, violations, tallies } = this.#o;
    const nowMs = clock.nowMs();
    if (before?.refreshRequestedAtMs !== undefined) {
      tallies.requestsTook.add(nowMs - before.refreshRequestedAtMs);
    }
    if (rows.get(id)?.refreshRequestedAtMs !== undefined) {
      violations.add('request-repeated', nowMs, id, '');
    }
  }

  #marked(record: TokenRecord, row: TokenRow): void {
    const { accounts, clock, tallies, violations, refreshTokenOf } = this.#o;
    const nowMs = clock.nowMs();
    record.marked = true;
    count(tallies.markedAfter, record.refusalsNoted + record.refusalsInError);
    if (record.refusalsInIncident > 0) tallies.markedInIncident += 1;
    const grant = accounts[record.owner]?.grant;
    if (grant === undefined) return;
    if (record.refusalsNoted - record.refusalsInIncident > 2) {
      violations.add('marked-late', nowMs, record.id, `after ${record.refusalsNoted} refusals`);
    }
    if (grant.endedAtMs !== undefined) tallies.marked.ended += 1;
    else if (rotationLost(grant, nowMs)) tallies.marked.rotationLost += 1;
    // Nobody can know better; the grant is probed an hour later.
    else if (record.refusalsInError >= 2) tallies.marked.inError += 1;
    else {
      const shown = refreshTokenOf(row);
      const alive = shown !== undefined && takes(grant, shown, nowMs);
      const what = alive ? 'its refresh token works' : 'a later refresh token of it works';
      violations.add('marked-healthy', nowMs, record.id, what);
    }
  }

  answered({ grant, truth, verdict, by }: Answered): void {
    this.#o.tallies.answers[truth] += 1;
    const account = grant && this.#o.accounts[grant.owner];
    if (account === undefined || account.grant !== grant) return;
    const record = account.tokenId === undefined ? undefined : this.#records.get(account.tokenId);
    if (record === undefined) return;
    this.#excuse(record);
    const nowMs = this.#o.clock.nowMs();
    record.answer = { truth, by, atMs: nowMs };
    this.#clients.answered(record.owner, verdict.verdict, nowMs);
  }

  /** A refusal that the store has not noted by the next answer, or by a save. */
  #excuse(record: TokenRecord): void {
    const { answer } = record;
    if (answer?.truth !== 'refused') return;
    const savedAtMs = this.#o.accounts[record.owner]?.savedAtMs ?? 0;
    const saved = savedAtMs > answer.atMs - REFRESH_LASTS_MS;
    if (saved || answer.by.dead || answer.by.froze) record.refusalsExcused += 1;
    record.answer = undefined;
  }

  /** A save may forget the refusals that were noted after it had read the row. */
  #noteSave(record: TokenRecord, row: TokenRow): void {
    const account = this.#o.accounts[record.owner];
    if (account !== undefined) account.savedAtMs = this.#o.clock.nowMs();
    this.#excuse(record);
    const remembered = row.failure?.refusals?.count ?? 0;
    record.refusalsExcused += Math.max(0, record.refusalsNoted - remembered);
    record.refusalsNoted = Math.min(record.refusalsNoted, remembered);
  }

  #recordOf(row: TokenRow): TokenRecord {
    const known = this.#records.get(row.id);
    if (known !== undefined) return known;
    const record = newRecord(row.id, ownerOf(row.userName ?? ''));
    this.#records.set(row.id, record);
    return record;
  }

  #isDisturbed(nowMs: number): boolean {
    return this.#o.outages.some(({ fromMs, untilMs }) => {
      return nowMs >= fromMs && nowMs < untilMs + this.recoveryMs;
    });
  }
}

/** What put a token off. Where another process has had an answer since, the verdict says it. */
function reasonOf(truth: Truth | undefined, { verdict }: RefreshFailure): Reason {
  if (truth === 'spurious') return 'spurious';
  return truth === 'refused' || verdict.startsWith('revoked') ? 'ended' : 'outage';
}
