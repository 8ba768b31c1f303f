/** An outgoing call of a container: where it can die. */

export interface OutgoingCall {
  /** For example `secretsmanager PutSecretValue`, or `provider refresh`. */
  readonly label: string;
  /** Whether it changes anything where it arrives: a read that arrives late is as good as none. */
  readonly changes: boolean;
  /** The world's time when it was sent. */
  readonly atMs: number;
}

/** A container dies at its n-th call, from 1, or at its first one of a label. */
export interface Fate {
  readonly at: number | string;
  readonly when: When;
}

/**
 * `before`   the call is never sent
 * `after`    it took effect, and nobody hears the answer
 * `late`     it is on its way, and takes effect when the world says so
 */
export type When = 'before' | 'after' | 'late';

const READS = /^(Get|BatchGet|Query|Scan|Describe|List)/;

export function changesAnything(action: string): boolean {
  return !READS.test(action);
}
