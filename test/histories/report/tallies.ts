/** What a run of many histories came to, in numbers. */
import type { History } from '../machine/run-program.ts';
import type { Examined } from '../model/examine.ts';
import type { Kind } from '../program/operation.ts';

export class Tallies {
  histories = 0;
  operations = 0;
  /** Of these, with another one under way. */
  overlapping = 0;
  readonly byKind = new Map<Kind, number>();
  unanswered = 0;
  calls = 0;
  changes = 0;
  mints = 0;
  readonly faults = new Map<string, number>();
  ordersTried = 0;
  undecided = 0;
  violations = 0;

  add({ performed, steps, changes, mints, faults }: History, examined: Examined): void {
    this.histories += 1;
    this.operations += performed.length;
    this.calls += steps;
    this.changes += changes;
    this.mints += mints.length;
    this.ordersTried += examined.tried;
    for (const one of performed) {
      count(this.byKind, one.kind);
      if (one.result.outcome === 'unknown') this.unanswered += 1;
      const overlaps = performed.some(
        (other) => other !== one && other.beganAt < one.endedAt && one.beganAt < other.endedAt,
      );
      if (overlaps) this.overlapping += 1;
    }
    for (const fault of faults) count(this.faults, fault);
    if (examined.outcome === 'undecided') this.undecided += 1;
    else if (examined.outcome !== 'explained') this.violations += 1;
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
