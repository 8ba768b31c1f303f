/**
 * What looks wrong about a page of token rows: tokens that deleteTokens logged out, which become
 * tombstones, tokens whose secret is gone for good, and tokens that are never due.
 */
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import type { DueIndex } from '../token-index/due-index.ts';
import { keyRowWrites } from '../token-index/key-row-writes.ts';
import {
  type IndexSnapshot,
  isAlive,
  isTombstone,
  type TokenIndex,
  type TokenRow,
} from '../token-index/token-index.ts';
import { isSecretGone, loggedOutRow, secretGoneRow } from '../token-row.ts';
import type { TokenVault } from '../vault/token-vault.ts';
import type { SecretSettler } from './secret-settler.ts';
import type { Confirmed, RepairOutcome, Suspect } from './suspect.ts';

/**
 * Whose secret was written within a day has it still: nothing that is deleted in Secrets Manager
 * is gone sooner than a week later, except by force. DescribeSecret costs as much as a read ($5 a
 * million), and what is refreshed every hour need not be looked at every day.
 */
const SURELY_THERE_MS = 86_400_000;

export interface RowSuspectsOptions {
  readonly index: TokenIndex;
  readonly due: DueIndex;
  readonly vault: TokenVault;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly settler: SecretSettler;
  readonly recoveryWindowMs: number;
}

export class RowSuspects {
  readonly #o: RowSuspectsOptions;

  constructor(options: RowSuspectsOptions) {
    this.#o = options;
  }

  async among(
    rows: readonly TokenRow[],
    generation: number,
    deadline: Deadline,
  ): Promise<Suspect[]> {
    const loggedOut = rows.filter((row) => isLoggedOut(row, generation));
    const doubtful = rows.filter((row) => this.#mayDangle(row, generation));
    const presences = await Promise.all(
      doubtful.map(({ secretArn }) => this.#o.vault.inspect(secretArn, deadline)),
    );
    const dangling = doubtful.filter((_, at) => presences[at] === 'gone');
    return [
      ...loggedOut.map(({ id }): Suspect => {
        return { kind: 'logged-out-token', id, confirm: (until) => this.#loggedOut(id, until) };
      }),
      ...dangling.map(({ id }): Suspect => {
        return { kind: 'dangling-row', id, confirm: (until) => this.#dangling(id, until) };
      }),
      ...rows
        .filter((row) => isUnscheduled(row, generation))
        .map(({ id }): Suspect => {
          return {
            kind: 'unscheduled-token',
            id,
            confirm: (until) => this.#unscheduled(id, until),
          };
        }),
    ];
  }

  #mayDangle(row: TokenRow, generation: number): boolean {
    const ageMs = this.#o.clock.nowMs() - row.writtenAtMs;
    return isAlive(row, generation) && ageMs >= SURELY_THERE_MS && !isSecretGone(row);
  }

  async #loggedOut(id: string, deadline: Deadline): Promise<Confirmed | undefined> {
    const { index } = this.#o;
    const before = (await index.read({ ids: [id] }, deadline)).rows.get(id);
    if (before === undefined) return undefined;
    const seen = await index.read({ ids: [id], keys: before.keys }, deadline);
    const row = seen.rows.get(id);
    // A save that had begun before the logout, or a restore: the keys that were read may be others.
    if (row?.revision !== before.revision) return this.#loggedOut(id, deadline);
    if (!isLoggedOut(row, seen.generation)) return undefined;
    return { kind: 'logged-out-token', id, repair: (until) => this.#bury(row, seen, until) };
  }

  /**
   * As a deletion does: the index first, the secret after. A save or a refresh that began before
   * the logout and commits now is refused by the revision that it read, and so is a restore.
   */
  async #bury(
    row: TokenRow,
    { keyRows }: IndexSnapshot,
    deadline: Deadline,
  ): Promise<RepairOutcome> {
    const { index, clock, settler, recoveryWindowMs } = this.#o;
    // A refresh under way may yet store a rotated refresh token, which a restore would need.
    if (row.lease !== undefined && row.lease.untilMs > clock.nowMs()) return 'changed';
    const tombstone = loggedOutRow(row, clock.nowMs(), recoveryWindowMs);
    const outcome = await index.commit(
      {
        rows: [{ row: tombstone, expected: { revision: row.revision, fence: row.fence } }],
        keyRows: keyRowWrites(row, undefined, keyRows, () => false),
      },
      deadline,
    );
    return outcome === 'conflict' ? 'changed' : settler.settle(row, 'in-deletion', deadline);
  }

  async #dangling(id: string, deadline: Deadline): Promise<Confirmed | undefined> {
    const { index, vault } = this.#o;
    const { rows, generation } = await index.read({ ids: [id] }, deadline);
    const row = rows.get(id);
    if (row === undefined || !this.#mayDangle(row, generation)) return undefined;
    if ((await vault.inspect(row.secretArn, deadline)) !== 'gone') return undefined;
    return { kind: 'dangling-row', id, repair: (until) => this.#markGone(row, until) };
  }

  async #unscheduled(id: string, deadline: Deadline): Promise<Confirmed | undefined> {
    const { rows, generation } = await this.#o.index.read({ ids: [id] }, deadline);
    const row = rows.get(id);
    if (row === undefined || !isUnscheduled(row, generation)) return undefined;
    return { kind: 'unscheduled-token', id, repair: (until) => this.#schedule(row, until) };
  }

  /** Due at once: the worker looks at it and says when it is due from then on. */
  async #schedule(row: TokenRow, deadline: Deadline): Promise<RepairOutcome> {
    const { due, clock } = this.#o;
    const settled = await due.settle({ row, dueAtMs: clock.nowMs() }, deadline);
    return settled ? 'repaired' : 'changed';
  }

  /** A save that revives the token at this moment commits another revision: then that stands. */
  async #markGone(row: TokenRow, deadline: Deadline): Promise<RepairOutcome> {
    const { index, clock } = this.#o;
    const write = {
      row: secretGoneRow(row, clock.nowMs()),
      expected: { revision: row.revision },
    };
    const outcome = await index.commit({ rows: [write], keyRows: [] }, deadline);
    return outcome === 'conflict' ? 'changed' : 'repaired';
  }
}

/** Idle tokens may be, and those whose failure says when they are tried again are not. */
function isUnscheduled(row: TokenRow, generation: number): boolean {
  const shallBe = row.state === 'active' && row.refreshable;
  return isAlive(row, generation) && shallBe && row.dueAtMs === undefined;
}

function isLoggedOut(row: TokenRow, generation: number): boolean {
  return !isTombstone(row) && row.generation < generation;
}
