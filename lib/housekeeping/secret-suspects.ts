/**
 * What looks wrong about a page of secrets: those that no row asks for, and those that somebody
 * is about to lose. Owns when a secret counts as such; the write is the settler's.
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
import { readRows } from './chunked-reads.ts';
import type { FindingKind } from './housekeeping-report.ts';
import type { SecretSettler } from './secret-settler.ts';
import type { Confirmed, Suspect } from './suspect.ts';

/**
 * A first save makes its secret before its row, and a revival before its row names it. No function
 * runs for longer than 15 minutes; a secret of that age and no row has no writer any more.
 */
const UNDER_WAY_MS = 3_600_000;
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
    const { rows, generation } = await readRows(index, ids, deadline);
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
    const presence = await vault.inspect(secretArn, deadline);
    if (presence === 'gone') return undefined;
    const secret = { ...listed, inDeletion: presence === 'in-deletion' };
    const { rows, generation } = await index.read({ ids: [id] }, deadline);
    const kind = doubtAbout(secret, rows.get(id), generation, clock.nowMs());
    if (kind === undefined) return undefined;
    if (kind === 'namesake-secret') return { kind, id };
    const place = kind === 'secret-in-deletion' ? 'present' : 'in-deletion';
    return { kind, id, repair: (until) => settler.settle(secret, place, until) };
  }
}

type Doubt = Extract<
  FindingKind,
  'orphan-secret' | 'namesake-secret' | 'undeleted-secret' | 'secret-in-deletion'
>;

function doubtAbout(
  { secretArn, createdAtMs, inDeletion }: ListedSecret,
  row: TokenRow | undefined,
  generation: number,
  nowMs: number,
): Doubt | undefined {
  const alive = row !== undefined && isAlive(row, generation);
  // Also where it is a namesake: in deletion it keeps the name from the save that would heal.
  if (inDeletion) return alive ? 'secret-in-deletion' : undefined;
  if (row?.secretArn !== secretArn) {
    if (nowMs - createdAtMs < UNDER_WAY_MS) return undefined;
    if (row === undefined || isTombstone(row)) return 'orphan-secret';
    // A name is used anew only once its secret is gone: the one that the row names is, and a save
    // of the token takes this one.
    return alive ? 'namesake-secret' : undefined;
  }
  const buriedForMs = nowMs - (row.deletedAtMs ?? 0);
  return isTombstone(row) && buriedForMs >= LET_GO_MS ? 'undeleted-secret' : undefined;
}
