/**
 * Housekeeping: purges what deleteTokens and crashes left, and holds the index and the secrets
 * against each other. Page by page, secrets first, then the index; it may be stopped anywhere and
 * gone on with, by anybody, and two at once do no harm: every repair is conditional on what was
 * read right before it. Tombstones whose window has passed are DynamoDB's to remove (time to live).
 */
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import { LatchkeyError } from '../errors.ts';
import { Pacer } from '../pacer.ts';
import type { DueIndex } from '../token-index/due-index.ts';
import { isAlive, type TokenIndex, type TokenState } from '../token-index/token-index.ts';
import type { TokenVault } from '../vault/token-vault.ts';
import {
  type Checked,
  type FindingKind,
  type Handled,
  type HousekeepingMode,
  type HousekeepingReport,
  NOTHING_CHECKED,
  SPARED_IN_DOUBT,
  withChecked,
  withHandled,
} from './housekeeping-report.ts';
import { KeySuspects } from './key-suspects.ts';
import { RowSuspects } from './row-suspects.ts';
import { firstProgress, progressBehind, type RunProgress } from './run-progress.ts';
import { SecretSettler } from './secret-settler.ts';
import { SecretSuspects } from './secret-suspects.ts';
import type { Confirmed, Suspect } from './suspect.ts';

/** Nothing is begun with less time than this left: a repair takes up to a dozen calls. */
const RESERVE_MS = 10_000;
/** Times a repair is tried that others keep getting ahead of. */
const ATTEMPTS = 3;
/** Orphans beyond both, and the table was restored to a time before their tokens were saved. */
const MANY_ORPHANS = 10;
const MANY_ORPHANS_SHARE = 0.05;

export interface HousekeeperOptions {
  readonly index: TokenIndex;
  readonly due: DueIndex;
  readonly vault: TokenVault;
  readonly clock: Clock;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  /** How long a tombstone stays restorable. Milliseconds. */
  readonly recoveryWindowMs: number;
  /** Secret deletions and restores a second, at most. Default 10 of the account's 50. */
  readonly writesPerSecond?: number;
  /** Secrets or index items per page, at most 100. Default 90: what one read of the index takes. */
  readonly pageSize?: number;
}

export interface HousekeepingRequest {
  readonly mode: HousekeepingMode;
  /** Where an earlier run stopped. One that is through, or of the other mode, begins anew. */
  readonly progress?: RunProgress | undefined;
  /** Deletes orphans however many there are, and whatever they may have been. */
  readonly force?: boolean;
  /**
   * Called after each page: what it stores, a crash does not repeat. `conflict` ends the run:
   * another one is at it.
   */
  readonly save?: (progress: RunProgress) => Promise<'saved' | 'conflict'>;
}

interface Page {
  readonly checked: Checked;
  readonly suspects: readonly Suspect[];
  readonly cursor: string | undefined;
}

export class Housekeeper {
  readonly #o: HousekeeperOptions;
  readonly #pageSize: number;
  readonly #secrets: SecretSuspects;
  readonly #rows: RowSuspects;
  readonly #keys: KeySuspects;

  constructor(options: HousekeeperOptions) {
    this.#o = options;
    const { index, due, vault, clock, recoveryWindowMs, writesPerSecond = 10 } = options;
    this.#pageSize = options.pageSize ?? 90;
    const pacer = new Pacer(writesPerSecond, clock);
    const settler = new SecretSettler({ index, vault, pacer });
    this.#secrets = new SecretSuspects({ index, vault, clock, settler });
    this.#rows = new RowSuspects({ index, due, vault, clock, settler, recoveryWindowMs });
    this.#keys = new KeySuspects({ index });
  }

  /**
   * Looks through the store, and in mode `repair` mends what it finds, until it is through
   * (`report.finishedAtMs`) or less than ten seconds are left.
   * @returns the report so far, and the progress to go on with
   * @throws LatchkeyError STORE_UNAVAILABLE; the pages before are done, and saved if `save` is given
   */
  async run(
    { mode, progress, force = false, save }: HousekeepingRequest,
    deadline: Deadline,
  ): Promise<{ report: HousekeepingReport; progress: RunProgress }> {
    const { clock } = this.#o;
    const goesOn = progress?.report.mode === mode && progress.phase !== 'done';
    let now = goesOn ? progress : firstProgress(mode, clock.nowMs());
    while (now.phase !== 'done' && hasTime(deadline)) {
      const page = await this.#page(now, deadline);
      if (page === 'no-such-page') {
        now = firstProgress(mode, clock.nowMs());
        continue;
      }
      const looksRestored = now.report.looksRestored || isRestored(now.report, page);
      const spared = looksRestored ? SPARED_IN_DOUBT : [];
      const mayRepair = ({ kind, onlyByForce }: Confirmed) =>
        mode === 'repair' && (force || !(onlyByForce || spared.includes(kind)));
      const { handled, through } = await this.#handle(page.suspects, mayRepair, deadline);
      const report = { ...now.report, looksRestored };
      now = through
        ? progressBehind(
            now,
            page.cursor,
            withChecked(withHandled(report, handled), page.checked),
            clock.nowMs(),
          )
        : { ...now, report: withHandled(report, handled.filter(isDone)) };
      if ((await save?.(now)) === 'conflict') break;
    }
    return { report: now.report, progress: now };
  }

  async #page({ phase, cursor }: RunProgress, deadline: Deadline): Promise<Page | 'no-such-page'> {
    const from = { limit: this.#pageSize, ...(cursor !== undefined && { cursor }) };
    try {
      return await (phase === 'index'
        ? this.#indexPage(from, deadline)
        : this.#secretsPage(from, deadline));
    } catch (error) {
      // Secrets Manager does not say for how long it knows a cursor, and one of the index may be of
      // an earlier version of this; the run starts over then.
      const unknown = error instanceof LatchkeyError && error.code === 'INVALID_REQUEST';
      if (unknown && cursor !== undefined) return 'no-such-page';
      throw error;
    }
  }

  async #secretsPage(from: { limit: number; cursor?: string }, deadline: Deadline): Promise<Page> {
    const { secrets, cursor } = await this.#o.vault.list(from, deadline);
    const suspects = await this.#secrets.among(secrets, deadline);
    return { checked: { ...NOTHING_CHECKED, secrets: secrets.length }, suspects, cursor };
  }

  async #indexPage(from: { limit: number; cursor?: string }, deadline: Deadline): Promise<Page> {
    const page = await this.#o.index.scan(from, deadline);
    const { rows, keyRows, generation, cursor } = page;
    const suspects = [
      ...(await this.#rows.among(rows, generation, deadline)),
      ...(await this.#keys.among(page, deadline)),
    ];
    const living = rows.filter((row) => isAlive(row, generation));
    const inState = (state: TokenState) => living.filter((row) => row.state === state).length;
    const checked = {
      ...NOTHING_CHECKED,
      rows: rows.length,
      keys: keyRows.length,
      active: inState('active'),
      idle: inState('idle'),
      needsReauthorization: inState('needs-reauthorization'),
    };
    return { checked, suspects, cursor };
  }

  /** One suspect after another, as long as there is time. */
  async #handle(
    suspects: readonly Suspect[],
    mayRepair: (confirmed: Confirmed) => boolean,
    deadline: Deadline,
  ): Promise<{ handled: readonly Handled[]; through: boolean }> {
    const handled: Handled[] = [];
    for (const suspect of suspects) {
      if (!hasTime(deadline)) return { handled, through: false };
      try {
        handled.push(...(await this.#handleOne(suspect, mayRepair, deadline)));
      } catch (error) {
        // Out of time, throttled, down: later. Else it is this one's: the rest need not wait for it.
        if (error instanceof LatchkeyError) throw error;
        const { kind, id } = suspect;
        handled.push({ kind, id, outcome: 'failed', error: textOf(error) });
      }
    }
    return { handled, through: true };
  }

  async #handleOne(
    suspect: Suspect,
    mayRepair: (confirmed: Confirmed) => boolean,
    deadline: Deadline,
  ): Promise<Handled[]> {
    for (let attempt = 1; ; attempt += 1) {
      const confirmed = await suspect.confirm(deadline);
      if (confirmed === undefined) return [];
      const { kind, id, repair } = confirmed;
      if (repair === undefined || !mayRepair(confirmed)) return [{ kind, id, outcome: 'left' }];
      const outcome = await repair(deadline);
      if (outcome === 'repaired') return [{ kind, id, outcome }];
      if (outcome === 'in-vain' || attempt >= ATTEMPTS) return [{ kind, id, outcome: 'left' }];
      await deadline.wait(backoffMs(attempt, this.#o.random()));
    }
  }
}

function hasTime(deadline: Deadline): boolean {
  return deadline.remainingMs() >= RESERVE_MS;
}

/** Of a page that will be looked at again: what was left or failed would count twice. */
function isDone({ outcome }: Handled): boolean {
  return outcome === 'repaired';
}

/** Before any of the page's secrets is touched, all of them count. */
function isRestored({ checked, findings }: HousekeepingReport, page: Page): boolean {
  const onPage = (kind: FindingKind) =>
    page.suspects.filter((suspect) => suspect.kind === kind).length;
  if (onPage('lost-row') > 0 || onPage('behind-row') > 0) return true;
  const orphans = findings['orphan-secret'] + onPage('orphan-secret');
  const seen = checked.secrets + page.checked.secrets;
  return orphans > MANY_ORPHANS && orphans > MANY_ORPHANS_SHARE * seen;
}

/** Texts of our own carry no payload; those of libraries may quote what they choked on. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  return error.constructor === Error ? error.message : error.name;
}
