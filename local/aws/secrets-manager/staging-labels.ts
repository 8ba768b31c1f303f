/** How staging labels move between the versions of a secret. Pure. */
import { failures } from './failures.ts';
import {
  findLabelled,
  findVersion,
  type SecretRecord,
  type SecretVersion,
} from './secret-record.ts';

/**
 * A label is on one version at most; where AWSCURRENT leaves a version, AWSPREVIOUS follows it
 * there.
 */
export function moveLabel(
  versions: readonly SecretVersion[],
  label: string,
  toVersionId: string | undefined,
): SecretVersion[] {
  const left = versions.find(({ labels }) => labels.includes(label));
  const moved = versions.map((version) => {
    const others = version.labels.filter((held) => held !== label);
    const arrives = version.versionId === toVersionId;
    if (!arrives && others.length === version.labels.length) return version;
    return { ...version, labels: arrives ? [...others, label] : others };
  });
  if (label !== 'AWSCURRENT' || left === undefined || left.versionId === toVersionId) return moved;
  return moveLabel(moved, 'AWSPREVIOUS', left.versionId);
}

export interface LabelMove {
  readonly label: string;
  readonly removeFromVersionId?: string | undefined;
  readonly moveToVersionId?: string | undefined;
}

/** UpdateSecretVersionStage: whoever moves a label must name the version that has it. */
export function updateVersionStage(
  record: SecretRecord,
  { label, removeFromVersionId, moveToVersionId }: LabelMove,
  nowMs: number,
): SecretRecord {
  const holder = findLabelled(record, label);
  if (removeFromVersionId !== undefined && holder?.versionId !== removeFromVersionId) {
    throw failures.invalidParameter(
      findVersion(record, removeFromVersionId) === undefined
        ? `Not a valid version: ${removeFromVersionId}`
        : `Version stage ${label} not found in version ${removeFromVersionId}`,
    );
  }
  if (moveToVersionId !== undefined && findVersion(record, moveToVersionId) === undefined) {
    throw failures.invalidParameter(`Not a valid version: ${moveToVersionId}`);
  }
  if (moveToVersionId !== undefined && holder?.versionId === moveToVersionId) return record;
  if (holder !== undefined && removeFromVersionId === undefined) {
    throw failures.invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder.versionId}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (label === 'AWSCURRENT' && moveToVersionId === undefined) {
    throw failures.invalidParameter(
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    );
  }
  const versions = moveLabel(record.versions, label, moveToVersionId);
  return { ...record, versions, lastChangedAtMs: nowMs };
}
