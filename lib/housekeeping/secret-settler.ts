/**
 * Puts a secret into deletion or takes it out again, whichever its row asks for, also where the
 * row changes at that very moment: the write first, then a look at the row; where that asks for
 * the other thing, the other thing is done.
 *
 *   housekeeper   row: tombstone ── secret into deletion ── row: alive ── secret out of deletion
 *   restore                 secret out of deletion ── row alive
 */
import type { Deadline } from '../deadline.ts';
import type { Pacer } from '../pacer.ts';
import { isTombstone, type TokenIndex } from '../token-index/token-index.ts';
import type { TokenVault } from '../vault/token-vault.ts';
import type { RepairOutcome } from './suspect.ts';

type Place = 'present' | 'in-deletion';

/** A row that changes more often than this while one secret is written is looked at next time. */
const ROUNDS = 4;

export interface SecretSettlerOptions {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  /** Absent: at once. */
  readonly pacer?: Pacer;
}

export class SecretSettler {
  readonly #o: SecretSettlerOptions;

  constructor(options: SecretSettlerOptions) {
    this.#o = options;
  }

  /** @param wanted - where the secret belongs, as the row was last seen */
  async settle(
    { id, secretArn }: { readonly id: string; readonly secretArn: string },
    wanted: Place,
    deadline: Deadline,
  ): Promise<RepairOutcome> {
    let place = wanted;
    for (let round = 0; round < ROUNDS; round += 1) {
      if (!(await this.#put(secretArn, place, deadline))) return 'in-vain';
      const asked = await this.#placeOf(id, deadline);
      if (asked === place) return place === wanted ? 'repaired' : 'changed';
      place = asked;
    }
    return 'changed';
  }

  async #put(secretArn: string, place: Place, deadline: Deadline): Promise<boolean> {
    const { vault, pacer } = this.#o;
    await pacer?.turn(deadline);
    if (place === 'present') return vault.cancelDeletion(secretArn, deadline);
    await vault.scheduleDeletion(secretArn, deadline);
    return true;
  }

  /** A logged-out token keeps its secret until its row is a tombstone: it may yet be restored. */
  async #placeOf(id: string, deadline: Deadline): Promise<Place> {
    const { rows } = await this.#o.index.read({ ids: [id] }, deadline);
    const row = rows.get(id);
    return row === undefined || isTombstone(row) ? 'in-deletion' : 'present';
  }
}
