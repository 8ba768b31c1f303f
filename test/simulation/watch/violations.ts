/** What must not happen and did: by kind, with the first few in full. */

export const VIOLATIONS = {
  'grant-lost': 'a valid grant is not in the store',
  'not-refreshed-at-end': 'a valid grant was not refreshed in the calm hour at the end',
  'marked-healthy': 'a token was marked although its grant is valid',
  'not-marked': 'a token whose grant has ended was not marked',
  'marked-late': 'a token was marked after more than two refusals',
  'mark-unannounced': 'no event told that a token was marked',
  'too-soon': 'a token was refreshed twice within its minimum interval',
  'over-limit': 'a refresh token was shown to its provider more often than that allows',
  'refreshed-after-delete': 'a deleted token was refreshed',
  'write-rate': 'refreshes by the schedule were faster than the pace allows',
  quota: 'more secrets were written in a second than Secrets Manager takes',
  'unexplained-miss': 'a find met an expired token for no reason',
  overdue: 'a token was past due for no reason',
  'wrong-answer': 'a user was given a wrong answer',
  'handed-back': 'a worker gave a message back for no reason',
  'dead-letter': 'a message became a dead letter for no reason',
  'request-repeated': 'what came of a refresh left the request for it standing',
  'request-lost': 'nothing came of a refresh that an operator asked for',
  'queue-left': 'the queue did not run empty',
} as const;

export type ViolationKind = keyof typeof VIOLATIONS;

export interface Violation {
  readonly kind: ViolationKind;
  readonly atMs: number;
  readonly tokenId: string | undefined;
  readonly detail: string;
}

const KEPT_PER_KIND = 20;

export class Violations {
  readonly #counts = new Map<ViolationKind, number>();
  readonly #kept: Violation[] = [];

  add(kind: ViolationKind, atMs: number, tokenId: string | undefined, detail: string): void {
    const count = this.count(kind) + 1;
    this.#counts.set(kind, count);
    if (count <= KEPT_PER_KIND) this.#kept.push({ kind, atMs, tokenId, detail });
  }

  count(kind: ViolationKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The first few of each kind, in the order in which they were found. */
  get kept(): readonly Violation[] {
    return this.#kept;
  }
}
