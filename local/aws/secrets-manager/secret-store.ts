/**
 * The operations that change secrets, one method each. It owns the order of checks; what a write
 * makes of a record is in put-version and staging-labels, where records are kept is the shelf's.
 */
import { randomInt } from 'node:crypto';
import { failures } from './failures.ts';
import { putVersion } from './put-version.ts';
import {
  clientRequestToken,
  mergedTags,
  optionalString,
  type Request,
  requiredString,
  secretId,
  secretName,
  secretValue,
  stringList,
  versionStages,
} from './request-fields.ts';
import { findVersion, type SecretRecord, sameValue } from './secret-record.ts';
import type { SecretShelf } from './secret-shelf.ts';
import { updateVersionStage } from './staging-labels.ts';
import { identity, type Members, seconds } from './wire-shapes.ts';

const DAY_MS = 24 * 60 * 60_000;
const ARN_PREFIX = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:';

export class SecretStore {
  readonly #shelf: SecretShelf;
  readonly #nowMs: () => number;

  constructor(shelf: SecretShelf, nowMs: () => number) {
    this.#shelf = shelf;
    this.#nowMs = nowMs;
  }

  create(request: Request): Members {
    const name = secretName(request);
    const token = clientRequestToken(request);
    const value = secretValue(request);
    const description = optionalString(request, 'Description', 2048);
    const kmsKeyId = optionalString(request, 'KmsKeyId', 2048);
    const existing = this.#shelf.find(name, false);
    if (existing !== undefined) {
      if (existing.deletionAtMs !== undefined) throw failures.nameScheduledForDeletion();
      const made = findVersion(existing, token);
      if (made === undefined) throw failures.nameExists(name);
      if (!sameValue(made.value, value ?? {})) throw failures.tokenInUse(token, existing.arn);
      return { ...identity(existing), VersionId: token };
    }
    const nowMs = this.#nowMs();
    const empty: SecretRecord = {
      arn: `${ARN_PREFIX}${name}-${randomSuffix()}`,
      name,
      ...(description === undefined ? {} : { description }),
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      ...(request['Tags'] ? { tags: mergedTags([], request) } : {}),
      createdAtMs: nowMs,
      lastChangedAtMs: nowMs,
      versions: [],
    };
    const record = value === undefined ? empty : putVersion(empty, { token, value, nowMs });
    this.#shelf.replace(record);
    return { ...identity(record), ...(value === undefined ? {} : { VersionId: token }) };
  }

  putValue(request: Request): Members {
    const token = clientRequestToken(request);
    const value = secretValue(request);
    if (value === undefined) throw failures.valueMissing();
    const labels = versionStages(request);
    const record = putVersion(this.#usable(request), {
      token,
      value,
      labels,
      nowMs: this.#nowMs(),
    });
    this.#shelf.replace(record);
    return {
      ...identity(record),
      VersionId: token,
      VersionStages: findVersion(record, token)?.labels,
    };
  }

  update(request: Request): Members {
    const token = clientRequestToken(request);
    const value = secretValue(request);
    const description = optionalString(request, 'Description', 2048);
    const kmsKeyId = optionalString(request, 'KmsKeyId', 2048);
    const nowMs = this.#nowMs();
    const had = this.#usable(request);
    let record = value === undefined ? had : putVersion(had, { token, value, nowMs });
    if (description !== undefined) record = { ...record, description, lastChangedAtMs: nowMs };
    if (kmsKeyId !== undefined) record = { ...record, kmsKeyId, lastChangedAtMs: nowMs };
    this.#shelf.replace(record);
    return { ...identity(record), ...(value === undefined ? {} : { VersionId: token }) };
  }

  updateVersionStage(request: Request): Members {
    const move = {
      label: requiredString(request, 'VersionStage', 256),
      removeFromVersionId: optionalString(request, 'RemoveFromVersionId', 64),
      moveToVersionId: optionalString(request, 'MoveToVersionId', 64),
    };
    const record = updateVersionStage(this.#usable(request), move, this.#nowMs());
    this.#shelf.replace(record);
    return identity(record);
  }

  tag(request: Request): Members {
    const had = this.#usable(request);
    this.#change(had, { tags: mergedTags(had.tags ?? [], request) });
    return {};
  }

  untag(request: Request): Members {
    const had = this.#usable(request);
    const keys = stringList(request, 'TagKeys', 200) ?? [];
    this.#change(had, { tags: (had.tags ?? []).filter(({ Key }) => !keys.includes(Key)) });
    return {};
  }

  delete(request: Request): Members {
    const id = secretId(request);
    const days = request['RecoveryWindowInDays'] ?? undefined;
    const force = request['ForceDeleteWithoutRecovery'] === true;
    if (force && days !== undefined) {
      throw failures.invalidParameter(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    if (days !== undefined && !(Number(days) >= 7 && Number(days) <= 30)) {
      throw failures.invalidParameter(
        'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
      );
    }
    const nowMs = this.#nowMs();
    const record = this.#shelf.find(id, false);
    if (force) {
      if (record !== undefined) this.#shelf.remove(record);
      // A forced delete of a secret that is not there succeeds, with an ARN made up for the
      // occasion.
      const gone = record ?? { arn: id.startsWith('arn:') ? id : `${ARN_PREFIX}${id}`, name: id };
      return { ARN: gone.arn, Name: gone.name, DeletionDate: seconds(nowMs) };
    }
    if (record === undefined) throw failures.secretNotFound();
    if (record.deletionAtMs !== undefined) throw failures.markedForDeletion();
    const deletionAtMs = nowMs + Number(days ?? 30) * DAY_MS;
    this.#change(record, { deletionAtMs });
    return { ...identity(record), DeletionDate: seconds(deletionAtMs) };
  }

  restore(request: Request): Members {
    const record = this.#shelf.find(secretId(request), false);
    if (record === undefined) throw failures.secretNotFound();
    const { deletionAtMs, ...restored } = record;
    if (deletionAtMs !== undefined) this.#shelf.replace(restored);
    return identity(record);
  }

  /** The secret, where it exists and is not scheduled for deletion. */
  #usable(request: Request): SecretRecord {
    const record = this.#shelf.find(secretId(request), false);
    if (record === undefined) throw failures.secretNotFound();
    if (record.deletionAtMs !== undefined) throw failures.markedForDeletion();
    return record;
  }

  #change(record: SecretRecord, change: Partial<SecretRecord>): void {
    this.#shelf.replace({ ...record, ...change, lastChangedAtMs: this.#nowMs() });
  }
}

/**
 * The six characters that make the ARN of a secret differ from that of its namesake deleted before.
 */
function randomSuffix(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 6 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
