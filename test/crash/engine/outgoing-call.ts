/** An outgoing call of a container: where it can die. */

export interface OutgoingCall {
  /** For example `secretsmanager PutSecretValue`, or `provider refresh`. */
  readonly label: string;
  /** Whether it changes anything where it arrives: a read that arrives late is as good as none. */
  readonly changes: boolean;
  /** The world's time when it was sent. */
  readonly atMs: number;
  /** Whether everything sent before it had been answered. */
  readonly alone: boolean;
}

/** Every call takes so long, so that no two things happen at one time. */
export const CALL_MS = 15;

/** Whether the second was sent at the answer to the first: between them nothing happened. */
export function followsAtOnce(first: OutgoingCall, second: OutgoingCall | undefined): boolean {
  return second?.alone === true && second.atMs === first.atMs + CALL_MS;
}

/**
 * Services of AWS share nothing: in which order two calls to different ones arrive changes nothing.
 * While a provider answers, scenarios let others act.
 */
export function commute(one: OutgoingCall, other: OutgoingCall): boolean {
  const services = [one, other].map(({ label }) => label.split(' ')[0]);
  return services[0] !== services[1] && !services.includes('provider');
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
