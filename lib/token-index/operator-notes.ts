/**
 * The port to what an operator asks of a token and notes about it, on the row itself: a refresh
 * that the next sweep shall make, and that somebody has looked at a failure. Whoever writes them
 * needs neither a secret nor the queue nor the provider.
 * Adapters: `dynamodb-operator-notes.ts`, `memory-operator-notes.ts`.
 */
import type { Deadline } from '../deadline.ts';
import type { TokenRow } from './token-index.ts';

export interface OperatorNotes {
  /**
   * Asks for a refresh of a living token that is due at `dueAtMs` for it. False, and nothing noted,
   * where the row is no longer the one that was read, or a refresh of it is asked for already.
   */
  requestRefresh(
    request: { readonly row: TokenRow; readonly nowMs: number; readonly dueAtMs: number },
    deadline: Deadline,
  ): Promise<boolean>;

  /**
   * Notes that an operator has looked at why a living token fails. False, and nothing noted, where
   * it does not, or the row is no longer the one that was read: it may fail for another reason.
   */
  noteChecked(
    request: { readonly row: TokenRow; readonly nowMs: number },
    deadline: Deadline,
  ): Promise<boolean>;
}
