/**
 * Something that looked wrong on a page. A page is never one instant, and others work meanwhile:
 * a suspect is looked at anew, with strong reads, right before anything is done about it.
 */
import type { Deadline } from '../deadline.ts';
import type { Finding } from './housekeeping-report.ts';

export interface Suspect extends Finding {
  /** Undefined where all is well, or in somebody else's hands. */
  confirm(deadline: Deadline): Promise<Confirmed | undefined>;
}

/** `changed`: somebody was faster, look again; `in-vain`: nothing can be done about it. */
export type RepairOutcome = 'repaired' | 'changed' | 'in-vain';

export interface Confirmed extends Finding {
  /** Absent where a person must decide. */
  readonly repair?: (deadline: Deadline) => Promise<RepairOutcome>;
  /** Not unless an operator has said so: it may be what is left of an acknowledged token. */
  readonly onlyByForce?: true;
}
