/**
 * What looks wrong about a page of secrets: those that no row asks for, those that somebody is
 * about to lose, and rows that are behind them. Owns when a secret counts as such, and when nobody
 * but an operator may decide; the write is the settler's.
 */
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import {
  isAlive,
  isTombstone,
  type TokenIndex,
  type TokenRow,
} from '../token-index/token-index.ts';
import type { ListedSecret, TokenVault } from '../vault/token-vault.ts';
import type { FindingKind } from './housekeeping-report.ts';
import type { SecretSettler } from './secret-settler.ts';
import type { Confirmed, Suspect } from './suspect.ts';

/**
 * A first save makes its secret before its row, and a revival before its row names it. No function
 * runs for longer than 15 minutes; a secret of that age and no row has no writer any more.
 */
const UNDER_WAY_MS = 3_600_000;
/**
 * A first save that died has written one version, and nobody comes back for it. A token of a lost
 * row looks the same until it is refreshed, and that is within hours: so long an operator has to
 * notice that the table was restored, and to recover it.
 */
const LITTER_MS = 7 * 86_400_000;
/** A deletion makes its tombstone before it lets the secret go; the list is five minutes late. */
const LET_GO_MS = 300_000;

export interface SecretSuspectsOptions {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly settler: SecretSettler;
}

export class SecretSuspects {
  readonly #o: SecretSuspectsOptions;

  constructor(options: SecretSuspectsOptions) {
    this.#o = options;
  }

  async among(secrets: readonly ListedSecret[], deadline: Deadline): Promise<Suspect[]> {
    const { index, clock } = this.#o;
    const ids = secrets.map(({ id }) => id);
    const { rows, generation } = await index.read({ ids }, deadline);
    return secrets.flatMap((secret): Suspect[] => {
      const { id } = secret;
      const kind = doubtAbout(secret, rows.get(id), generation, clock.nowMs());
      return kind ? [{ kind, id, confirm: (until) => this.#confirm(secret, until) }] : [];
    });
  }

  /** The list lags by minutes: the secret is looked at by itself, and the row after it. */
  async #confirm(listed: ListedSecret, deadline: Deadline): Promise<Confirmed | undefined> {
    const { index, vault, clock, settler } = this.#o;
    const { id, secretArn } = listed;
    const secret = await vault.describe(secretArn, deadline);
    if (secret === undefined) return undefined;
    const { rows, generation } = await index.read({ ids: [id] }, deadline);
    const row = rows.get(id);
    const kind = doubtAbout(secret, row, generation, clock.nowMs());
    switch (kind) {
      case undefined:
        return undefined;
      case 'namesake-secret':
      case 'behind-row':
        return { kind, id };
      case 'secret-in-deletion': {
        // Deleted by hand, unless it was written to since: then the row is old, and the deletion
        // may be one that it does not know of.
        const isOld = row?.secretArn === secretArn && row.versionId !== secret.currentVersionId;
        if (isOld) return { kind, id };
        return { kind, id, repair: (until) => settler.settle(secret, 'present', until) };
      }
      case 'orphan-secret':
      case 'lost-row':
      case 'undeleted-secret': {
        const mayHaveHadARow =
          row === undefined &&
          (kind === 'lost-row' || clock.nowMs() - secret.createdAtMs < LITTER_MS);
        return {
          ...{ kind, id },
          ...(mayHaveHadARow && { onlyByForce: true as const }),
          repair: (until) => settler.settle(secret, 'in-deletion', until),
        };
      }
    }
  }
}

type Doubt = Extract<
  FindingKind,
  | 'orphan-secret'
  | 'lost-row'
  | 'behind-row'
  | 'namesake-secret'
  | 'undeleted-secret'
  | 'secret-in-deletion'
>;

function doubtAbout(
  secret: ListedSecret,
  row: TokenRow | undefined,
  generation: number,
  nowMs: number,
): Doubt | undefined {
  const { secretArn, createdAtMs, inDeletion } = secret;
  const alive = row !== undefined && isAlive(row, generation);
  // Also where it is a namesake: in deletion it keeps the name from the save that would heal.
  if (inDeletion) return alive ? 'secret-in-deletion' : undefined;
  if (row?.secretArn !== secretArn) {
    if (nowMs - createdAtMs < UNDER_WAY_MS) return undefined;
    // A second version is written for a row only: this one had one.
    if (row === undefined) return secret.previousVersionId ? 'lost-row' : 'orphan-secret';
    if (isTombstone(row)) return 'orphan-secret';
    // A name is used anew only once its secret is gone: the one that the row names is, and a save
    // of the token takes this one.
    return alive ? 'namesake-secret' : undefined;
  }
  if (alive) return isBehind(row, secret, nowMs) ? 'behind-row' : undefined;
  const buriedForMs = nowMs - (row.deletedAtMs ?? 0);
  return isTombstone(row) && buriedForMs >= LET_GO_MS ? 'undeleted-secret' : undefined;
}

/**
 * A row names the newest version of its secret, or, where a writer died or lost a race, the one
 * before. It names neither where the table was restored to an earlier time.
 */
function isBehind(row: TokenRow, secret: ListedSecret, nowMs: number): boolean {
  const { currentVersionId, previousVersionId } = secret;
  if (currentVersionId === undefined || nowMs - row.writtenAtMs < UNDER_WAY_MS) return false;
  return row.versionId !== currentVersionId && row.versionId !== previousVersionId;
}
