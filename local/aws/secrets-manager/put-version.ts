/**
 * A new version of a secret: idempotency by token, the movement of labels, the quotas. Pure: time
 * is an argument.
 *
 *   v1 AWSPREVIOUS, v2 AWSCURRENT  --put v3-->  v1 deprecated, v2 AWSPREVIOUS, v3 AWSCURRENT
 */
import { failures } from './failures.ts';
import { findVersion, type SecretRecord, type SecretValue, sameValue } from './secret-record.ts';
import { moveLabel } from './staging-labels.ts';

/** Versions a secret may have; beyond them the oldest deprecated one goes, if it is a day old. */
const MAX_VERSIONS = 100;
const REMOVABLE_AFTER_MS = 24 * 60 * 60_000;
/** Staging labels over all versions of a secret. */
const MAX_LABELS = 20;

export interface NewVersion {
  readonly token: string;
  readonly value: SecretValue;
  /** Absent: AWSCURRENT. */
  readonly labels?: readonly string[] | undefined;
  readonly nowMs: number;
}

/** The record with the version; the very same record when a repeated request changes nothing. */
export function putVersion(record: SecretRecord, asked: NewVersion): SecretRecord {
  const existing = findVersion(record, asked.token);
  if (existing !== undefined) {
    if (sameValue(existing.value, asked.value)) return record;
    throw failures.tokenInUse(asked.token, record.arn);
  }

  const labels = new Set(asked.labels ?? ['AWSCURRENT']);
  if (record.versions.length === 0) labels.add('AWSCURRENT');
  const version = {
    versionId: asked.token,
    createdAtMs: asked.nowMs,
    value: asked.value,
    labels: [],
  };
  let versions = [...makeRoom(record, asked.nowMs), version];
  for (const label of labels) versions = moveLabel(versions, label, asked.token);
  if (versions.reduce((sum, { labels: held }) => sum + held.length, 0) > MAX_LABELS) {
    throw failures.quotaExceeded();
  }
  return { ...record, versions, lastChangedAtMs: asked.nowMs };
}

function makeRoom(record: SecretRecord, nowMs: number): SecretRecord['versions'] {
  if (record.versions.length < MAX_VERSIONS) return record.versions;
  const oldest = record.versions.find(
    ({ labels, createdAtMs }) => labels.length === 0 && nowMs - createdAtMs >= REMOVABLE_AFTER_MS,
  );
  if (oldest === undefined) throw failures.quotaExceeded();
  return record.versions.filter((version) => version !== oldest);
}
