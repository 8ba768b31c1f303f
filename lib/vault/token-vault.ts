/**
 * The port to where secrets are: one secret per token, each content an immutable version of it.
 * Which version counts is the index's word, not the vault's.
 * Adapters: `secrets-manager-vault.ts`, `memory-vault.ts`.
 */
import type { Deadline } from '../deadline.ts';
import type { Token } from '../token.ts';

/** The content of one secret version. */
export interface SecretContent {
  /** Whose it is: a reader refuses a version that names another token. */
  readonly id: string;
  /** The row revision that this content was written for. */
  readonly revision: number;
  /** The fence of the lease under which a refresh wrote it; absent for a save. */
  readonly fence?: number;
  readonly token: Token;
}

export interface SecretVersion {
  readonly secretArn: string;
  readonly versionId: string;
}

/** By what an operator finds a token's secret in the console. */
export interface SecretLabels {
  readonly userName?: string;
  readonly clientId?: string;
}

export interface TokenVault {
  /** Makes the token's secret with its first version. Repeating it makes no second one. */
  create(content: SecretContent, labels: SecretLabels, deadline: Deadline): Promise<SecretVersion>;

  /** Adds a version; the same content is the same version. `gone`: no such secret, or in deletion. */
  write(
    secretArn: string,
    content: SecretContent,
    deadline: Deadline,
  ): Promise<SecretVersion | 'gone'>;

  /** That version, or undefined where it is not visible (yet or any more). */
  read(version: SecretVersion, deadline: Deadline): Promise<SecretContent | undefined>;

  /** The newest version, committed or not. */
  readCurrent(
    secretArn: string,
    deadline: Deadline,
  ): Promise<{ readonly version: SecretVersion; readonly content: SecretContent } | undefined>;

  /** The contents of those versions that can be read at once, by ARN. */
  readMany(
    versions: readonly SecretVersion[],
    deadline: Deadline,
  ): Promise<ReadonlyMap<string, SecretContent>>;

  /** Tells the console whose secret it is now. */
  relabel(secretArn: string, labels: SecretLabels, deadline: Deadline): Promise<void>;

  /** Lets the secret go after the recovery window; harmless to repeat. */
  scheduleDeletion(secretArn: string, deadline: Deadline): Promise<void>;

  /** Takes a scheduled deletion back; false where the secret is gone for good. */
  cancelDeletion(secretArn: string, deadline: Deadline): Promise<boolean>;
}
