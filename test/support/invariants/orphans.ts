/**
 * What must not be left once the housekeeper has been through, an hour after the last death or
 * later: before that it is right to leave what may be under way.
 * Pure: no I/O, no clock, no environment.
 */
import { isAlive, isTombstone } from '../../../lib/token-index/token-index.ts';
import type { StoreSnapshot } from './store-snapshot.ts';
import type { Violation } from './violation.ts';

export function orphanViolations(snapshot: StoreSnapshot): Violation[] {
  const { generation, rows, living, secrets } = snapshot;
  const pinned = new Map(living.map(({ secretArn, id }) => [secretArn, id]));
  const wrongSecrets = secrets.flatMap(({ secretArn, id, inDeletion }): Violation[] => {
    const isPinned = pinned.has(secretArn);
    if (isPinned === !inDeletion) return [];
    const detail = isPinned ? 'its secret is in deletion' : `nobody names secret ${secretArn}`;
    return [{ invariant: 'orphan', id, detail }];
  });
  const unburied = [...rows.values()]
    .filter((row) => !isTombstone(row) && !isAlive(row, generation))
    .map(({ id }): Violation => ({ invariant: 'orphan', id, detail: 'logged out, not buried' }));
  return [...wrongSecrets, ...unburied];
}
