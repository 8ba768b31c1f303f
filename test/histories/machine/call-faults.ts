/**
 * What can become of one outgoing call, as the core meets it: after the SDK's own retries. Each
 * fault is for a call of the history, by its number; on a call that it cannot strike it does nothing.
 */
import { LatchkeyError } from '../../../lib/errors.ts';

export const FAULT_KINDS = [
  /** Throttled, or a server error, until the retries were used up: nothing was done. */
  'refused',
  /** Done, and the answer was lost. */
  'answer-lost',
  /** Nobody waits for it any more, and then it is done. */
  'lands-late',
  /** The transaction met another. */
  'conflict',
  /** Secrets Manager does not show the newest version yet. */
  'stale',
  /** The process dies before it is sent, or after it is done. */
  'dies-before',
  'dies-after',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface CallFault {
  /** Calls are counted over the whole history, from 1. */
  readonly atCall: number;
  readonly kind: FaultKind;
}

/** What a port's adapter says when AWS does not. */
export function unavailable(): LatchkeyError {
  return new LatchkeyError('STORE_UNAVAILABLE', 'AWS is throttling or not answering. Repeat.');
}

/** What the call is answered in place of what was to come of it; undefined: as if nothing were. */
export function answerInstead(
  kind: FaultKind,
  what: string,
): { readonly answer: unknown } | undefined {
  if (kind === 'conflict' && what === 'index.commit') return { answer: 'conflict' };
  if (kind !== 'stale') return undefined;
  switch (what) {
    case 'vault.read':
    case 'vault.readCurrent':
      return { answer: undefined };
    case 'vault.readMany':
      return { answer: new Map() };
    default:
      return undefined;
  }
}

/** The kinds after which the caller hears that the call failed, and whether it is done all the same. */
export function failureOf(
  kind: FaultKind,
): { readonly isDone: boolean; readonly late: boolean } | undefined {
  switch (kind) {
    case 'refused':
      return { isDone: false, late: false };
    case 'answer-lost':
      return { isDone: true, late: false };
    case 'lands-late':
      return { isDone: true, late: true };
    default:
      return undefined;
  }
}
