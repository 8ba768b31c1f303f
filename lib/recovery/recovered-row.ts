/**
 * The rows that recovery writes: of a token whose row is lost, or behind its secret. What a secret
 * does not tell is set so that nothing comes to harm by it.
 * Pure: no I/O, no clock, no environment; times and ids are arguments.
 */
import { DEFAULT_REFRESH_POLICY } from '../refresh-policy.ts';
import type { TokenRow } from '../token-index/token-index.ts';
import { firstRow, nextRow, type Writing, withDueTime } from '../token-row.ts';
import type { LabelledVersion, ListedSecret } from '../vault/token-vault.ts';
import { assumedWrites } from '../write-budget.ts';

/**
 * How long a tombstone stays that recovery makes. The deployment's recovery window is not known
 * here; a tombstone that outlives its secret does no harm, the other way round a save would bring
 * the token back.
 */
export const TOMBSTONE_MS = 30 * 86_400_000;

interface Recovered {
  readonly newest: LabelledVersion;
  readonly generation: number;
  readonly nowMs: number;
}

/** The row of a token that has none: the same id, and the revision that its secret has reached. */
export function adoptedRow(secret: ListedSecret, { newest, ...at }: Recovered): TokenRow {
  const { version, content, createdAtMs } = newest;
  const first = firstRow(secret.id, content.token, version, at.generation, writingOf(newest));
  const row: TokenRow = {
    ...first,
    revision: content.revision,
    createdAtMs: secret.createdAtMs,
    ...(content.fence !== undefined && { refreshedAtMs: createdAtMs }),
  };
  return revived(row, at.nowMs);
}

/** The row of a token whose secret was written to since: what `row` knows besides is kept. */
export function broughtForwardRow(row: TokenRow, { newest, ...at }: Recovered): TokenRow {
  const { version, content } = newest;
  const next = nextRow(asAlive(row), content.token, version, writingOf(newest));
  const after: TokenRow = {
    ...next,
    revision: Math.max(row.revision + 1, content.revision),
    generation: at.generation,
  };
  return revived(after, at.nowMs);
}

/**
 * The tombstone of a token that was deleted and whose row is lost: saving under its id does not
 * bring it back. Its keys cannot be read; after a restore the next recovery finds them.
 */
export function forgottenRow(secret: ListedSecret, generation: number, nowMs: number): TokenRow {
  const { id, secretArn, createdAtMs, currentVersionId = '' } = secret;
  return {
    ...{ id, secretArn, versionId: currentVersionId, revision: 0, generation, state: 'deleted' },
    ...{ refreshable: false, keys: [], formerKeys: [], fence: 0, writes: assumedWrites(nowMs) },
    ...{ createdAtMs, writtenAtMs: createdAtMs, usedAtMs: createdAtMs },
    ...{ deletedAtMs: nowMs, purgeAtMs: nowMs + TOMBSTONE_MS },
  };
}

/** As if it were written at the time at which it was. */
function writingOf({ content, createdAtMs }: LabelledVersion): Writing {
  const minted = content.fence !== undefined;
  return { by: 'save', minted, nowMs: createdAtMs, policy: DEFAULT_REFRESH_POLICY };
}

/**
 * Used just now, for nobody knows: an idle one is found out again. Due by the standard policy; the
 * worker that looks at it goes by the deployment's.
 */
function revived(row: TokenRow, nowMs: number): TokenRow {
  const { slots } = row.writes;
  const writes = { ...assumedWrites(nowMs), slots };
  return withDueTime({ ...row, usedAtMs: nowMs, writes }, nowMs, DEFAULT_REFRESH_POLICY);
}

/** A tombstone whose token was restored and written to since is alive, and nothing is announced. */
function asAlive(row: TokenRow): TokenRow {
  if (row.deletedAtMs === undefined) return row;
  const { announce: _, failure: _failure, ...kept } = row;
  return { ...kept, state: 'active' };
}
