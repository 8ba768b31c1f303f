/** What becomes of a write of the table that would have succeeded, and will when it is repeated. */
import type { CancellationReason, FaultKind } from '../../../local/aws/faults.ts';

export interface Conflict {
  readonly what: string;
  readonly action: string;
  /** Which of the act's calls of that action, from 1, and how many of those that follow. */
  readonly call: number;
  readonly times: number;
  readonly kind: FaultKind;
}

type Trouble = Pick<Conflict, 'what' | 'times' | 'kind'>;

const CONFLICT: FaultKind = { type: 'transactionConflict' };
const cancelled = (reason: CancellationReason): FaultKind => ({ ...CONFLICT, reason });

const OF_ANY: readonly Trouble[] = [
  { what: 'meets another transaction', times: 1, kind: CONFLICT },
  { what: 'meets other transactions three times', times: 3, kind: CONFLICT },
  { what: 'is carried out, and its answer is lost', times: 1, kind: { type: 'lostResponse' } },
];
const OF_A_TRANSACTION: readonly Trouble[] = [
  ...OF_ANY,
  { what: 'is throttled', times: 1, kind: cancelled('ThrottlingError') },
  { what: 'comes after another writer', times: 1, kind: cancelled('ConditionalCheckFailed') },
];

/** Of each action that writes items: what can befall it. */
export const TROUBLES: Readonly<Record<string, readonly Trouble[]>> = {
  TransactWriteItems: OF_A_TRANSACTION,
  UpdateItem: OF_ANY,
  PutItem: OF_ANY,
  DeleteItem: OF_ANY,
};

export function shownConflict({ action, call, what }: Conflict): string {
  return `${action} ${call} ${what}`;
}
