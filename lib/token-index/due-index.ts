/**
 * The port to when tokens are due: for their next refresh, a probe, or an announcement. It sees
 * the same rows as the token index, by due time instead of by id, and may lag it by moments: who
 * acts on what it says looks at the row first.
 * Adapters: `dynamodb-due-index.ts`, `memory-due-index.ts`.
 */
import type { Deadline } from '../deadline.ts';
import type { TokenRow, TokenState } from './token-index.ts';

/**
 * A shard takes 1,000 write units a second, and Secrets Manager's 50 writes a second move no more
 * than some 300 in all. Each sweep asks every shard: more of them would only cost more.
 */
export const DUE_SHARDS = ['0', '1', '2', '3'] as const;

/** A token id is random: its last hexadecimal digit spreads the tokens evenly. */
export function dueShardOf(id: string): string {
  return String((Number.parseInt(id.slice(-1), 16) || 0) % DUE_SHARDS.length);
}

export interface DueToken {
  readonly id: string;
  readonly dueAtMs: number;
  /** How often it was dispatched since anything came of it. */
  readonly dispatches: number;
}

export interface DueIndex {
  /** The tokens of a shard that are due by `untilMs`, the longest due first. */
  due(
    request: { readonly shard: string; readonly untilMs: number; readonly limit: number },
    deadline: Deadline,
  ): Promise<readonly DueToken[]>;

  /**
   * Moves the due time of a token that is about to be dispatched, so that nobody dispatches it
   * again before `untilMs`; false where it is not due at that time any more.
   */
  claim(token: DueToken, untilMs: number, deadline: Deadline): Promise<boolean>;

  /**
   * Notes what a look at the row came to: when it is due next, if ever, and that its announcement
   * has been made. False, and nothing noted, where the row is no longer the one that was read, or
   * an operator has asked for a refresh since.
   */
  settle(
    request: {
      readonly row: TokenRow;
      readonly dueAtMs: number | undefined;
      readonly state?: TokenState;
    },
    deadline: Deadline,
  ): Promise<boolean>;

  /** Notes that somebody used the token: an idle one is active again and due at `usedAtMs`. */
  noteUse(row: TokenRow, usedAtMs: number, deadline: Deadline): Promise<void>;
}
