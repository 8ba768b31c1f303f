/** How records look on the wire: times are epoch seconds, absent members are left out. Pure. */
import type { SecretRecord, SecretVersion } from './secret-record.ts';

export type Members = Record<string, unknown>;

export function identity({ arn, name }: SecretRecord): Members {
  return { ARN: arn, Name: name };
}

export function valueMembers(record: SecretRecord, version: SecretVersion): Members {
  return {
    ...identity(record),
    VersionId: version.versionId,
    ...(version.value.string === undefined ? {} : { SecretString: version.value.string }),
    ...(version.value.binary === undefined ? {} : { SecretBinary: version.value.binary }),
    VersionStages: version.labels,
    CreatedDate: seconds(version.createdAtMs),
  };
}

export function describe(record: SecretRecord): Members {
  return { ...summary(record), ...labelled(record, 'VersionIdsToStages') };
}

export function listEntry(record: SecretRecord): Members {
  return { ...summary(record), ...labelled(record, 'SecretVersionsToStages') };
}

export function versionEntry(version: SecretVersion): Members {
  return {
    VersionId: version.versionId,
    CreatedDate: seconds(version.createdAtMs),
    KmsKeyIds: ['DefaultEncryptionKey'],
    ...(version.labels.length === 0 ? {} : { VersionStages: version.labels }),
  };
}

export function seconds(atMs: number): number {
  return atMs / 1000;
}

function summary(record: SecretRecord): Members {
  return {
    ...identity(record),
    ...(record.description === undefined ? {} : { Description: record.description }),
    ...(record.kmsKeyId === undefined ? {} : { KmsKeyId: record.kmsKeyId }),
    ...(record.tags === undefined ? {} : { Tags: record.tags }),
    ...(record.deletionAtMs === undefined ? {} : { DeletedDate: seconds(record.deletionAtMs) }),
    CreatedDate: seconds(record.createdAtMs),
    LastChangedDate: seconds(record.lastChangedAtMs),
  };
}

/** Deprecated versions are not shown. */
function labelled(record: SecretRecord, member: string): Members {
  const shown = record.versions.filter(({ labels }) => labels.length > 0);
  if (shown.length === 0) return {};
  return { [member]: Object.fromEntries(shown.map((v) => [v.versionId, v.labels])) };
}
