/**
 * What must hold of a store whatever happened to it: crashes, races, faults. Over its two ports, so
 * the same check runs on the memory twins and on AWS or an emulator of it.
 *
 * How to use it. Let what is under way come to rest (or die), then:
 *
 *   const ports = { index, vault };              // without the faults that a test injects
 *   await violationsOf(ports, {
 *     saved: new Map([[id, { anyOf: [token] }]]), // what acknowledged saves add up to, by id
 *     gone: [deletedId],                          // what was deleted or logged out
 *     grants: new Map([[id, (refreshToken) => provider.takes(refreshToken)]]),
 *   }, deadline);                                 // [] or what is wrong, for expect(...).toEqual([])
 *
 * `anyOf` takes both contents where a save was begun and never answered; `isMinted` says what the
 * provider may have put in their place. Rows, keys and pinned versions are checked whatever is
 * given. After a whole run of the housekeeper, at least an hour after the last death, ask for
 * `orphansOf(ports, deadline)` too.
 */
import type { Deadline } from '../../../lib/deadline.ts';
import { orphanViolations } from './orphans.ts';
import { type Promises, promiseViolations } from './promises.ts';
import { type StorePorts, takeSnapshot } from './store-snapshot.ts';
import { structureViolations } from './structure.ts';
import type { Violation } from './violation.ts';

export type { Acknowledged, Promises } from './promises.ts';
export type { StorePorts } from './store-snapshot.ts';
export { INVARIANTS, type Invariant, shownViolation, type Violation } from './violation.ts';

/** Everything but orphans, which are right to be left until the housekeeper has been. */
export async function violationsOf(
  ports: StorePorts,
  promises: Promises,
  deadline: Deadline,
): Promise<Violation[]> {
  const snapshot = await takeSnapshot(ports, deadline);
  return [
    ...structureViolations(snapshot),
    ...(await promiseViolations(ports, promises, deadline)),
  ];
}

/** What the housekeeper should have ended. */
export async function orphansOf(ports: StorePorts, deadline: Deadline): Promise<Violation[]> {
  return orphanViolations(await takeSnapshot(ports, deadline));
}
