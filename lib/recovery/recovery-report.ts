/** What a recovery found and did, in numbers and token ids: never a key, a hash or a value. Pure. */

export const RECOVERY_OUTCOMES = [
  /** The index is as new as the secret, or newer. */
  'level',
  /** A secret without a row: the token is back, with its id. */
  'adopted',
  /** A row behind its secret: it is as new as that now. */
  'brought-forward',
  /** A living row whose secret was deleted since: a tombstone now. */
  'deleted',
  /**
   * A secret in deletion without a row: its token was deleted and the row is lost, or two first saves
   * raced and it is the other's. It has a tombstone now, so that its id stays dead.
   */
  'tombstone',
  /** Ended by the logout that the operator named. */
  'logged-out',
  /** Its user has a later token of the same client: its id leads there now. */
  'superseded',
  /** Made or written to minutes ago: a save may be under way. Look again later. */
  'under-way',
  /** A secret without a row in which nothing was ever acknowledged. */
  'nothing-acknowledged',
  /** It changed whenever it was looked at: it is in use, and well. */
  'changed',
] as const;

export type RecoveryOutcome = (typeof RECOVERY_OUTCOMES)[number];

export type RecoveryMode = 'report' | 'repair';

export interface RecoveryReport {
  readonly mode: RecoveryMode;
  readonly counts: Readonly<Record<RecoveryOutcome, number>>;
  /** The first 20 of each outcome but `level`. */
  readonly examples: Readonly<Partial<Record<RecoveryOutcome, readonly string[]>>>;
  readonly failed: number;
  /** The first 20. */
  readonly failures: readonly { readonly id: string; readonly error: string }[];
}

const MAX_EXAMPLES = 20;

/** Counts as tokens come to their end. */
export class RecoveryTally {
  readonly #mode: RecoveryMode;
  readonly #counts = noCounts();
  readonly #examples: Partial<Record<RecoveryOutcome, string[]>> = {};
  readonly #failures: { id: string; error: string }[] = [];
  #failed = 0;

  constructor(mode: RecoveryMode) {
    this.#mode = mode;
  }

  add(id: string, outcome: RecoveryOutcome): void {
    this.#counts[outcome] += 1;
    if (outcome === 'level') return;
    const examples = this.#examples[outcome] ?? [];
    this.#examples[outcome] = examples;
    if (examples.length < MAX_EXAMPLES) examples.push(id);
  }

  fail(id: string, error: string): void {
    this.#failed += 1;
    if (this.#failures.length < MAX_EXAMPLES) this.#failures.push({ id, error });
  }

  report(): RecoveryReport {
    return {
      mode: this.#mode,
      counts: { ...this.#counts },
      examples: structuredClone(this.#examples),
      failed: this.#failed,
      failures: [...this.#failures],
    };
  }
}

function noCounts(): Record<RecoveryOutcome, number> {
  const counts: Partial<Record<RecoveryOutcome, number>> = {};
  for (const outcome of RECOVERY_OUTCOMES) counts[outcome] = 0;
  return counts as Record<RecoveryOutcome, number>;
}
