/**
 * What Secrets Manager knows of one secret. Records are immutable: a write makes a new one, so that
 * yesterday's record is what an eventually consistent read sees. Pure: no I/O, no clock.
 */

export interface SecretValue {
  readonly string?: string;
  /** Base64, as on the wire. */
  readonly binary?: string;
}

export interface SecretVersion {
  /** The ClientRequestToken of the call that made it. */
  readonly versionId: string;
  readonly createdAtMs: number;
  readonly value: SecretValue;
  /** Staging labels; a version without any is deprecated and may be removed. */
  readonly labels: readonly string[];
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface SecretRecord {
  readonly arn: string;
  readonly name: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
  /**
   * Absent until the first tag: an untagged secret describes no tags at all, a secret whose tags
   * went, an empty list.
   */
  readonly tags?: readonly Tag[];
  readonly createdAtMs: number;
  readonly lastChangedAtMs: number;
  /** The end of the recovery window; absent unless the secret is scheduled for deletion. */
  readonly deletionAtMs?: number;
  /** Oldest first. */
  readonly versions: readonly SecretVersion[];
}

export function sameValue(a: SecretValue, b: SecretValue): boolean {
  return a.string === b.string && a.binary === b.binary;
}

export function findVersion(record: SecretRecord, versionId: string): SecretVersion | undefined {
  return record.versions.find((version) => version.versionId === versionId);
}

export function findLabelled(record: SecretRecord, label: string): SecretVersion | undefined {
  return record.versions.find((version) => version.labels.includes(label));
}
