/**
 * The port to where secrets are: one secret per token, each content an immutable version of it.
 * Which version counts is the index's word, not the vault's.
 * Adapters: `secrets-manager-vault.ts`, `memory-vault.ts`.
 */
import type { Deadline } from '../deadline.ts';
import type { Token } from '../token.ts';
import type { LookupKey } from '../token-index/lookup-key.ts';

/** The content of one secret version. */
export interface SecretContent {
  /** Whose it is: a reader refuses a version that names another token. */
  readonly id: string;
  /** The row revision that this content was written for. */
  readonly revision: number;
  /** The fence of the lease under which a refresh wrote it; absent for a save. */
  readonly fence?: number;
  /** The lookup key of the refresh token that the refresh used, perhaps up. */
  readonly spent?: LookupKey;
  readonly token: Token;
}

export interface SecretVersion {
  readonly secretArn: string;
  readonly versionId: string;
}

/** A version found by its label rather than by its id. */
export interface LabelledVersion {
  readonly version: SecretVersion;
  readonly content: SecretContent;
  readonly createdAtMs: number;
}

/** By what an operator finds a token's secret in the console. */
export interface SecretLabels {
  readonly userName?: string;
  readonly clientId?: string;
}

/** A token's secret as a list shows it: minutes old, perhaps. */
export interface ListedSecret {
  readonly secretArn: string;
  /** The token's id, which is the end of the secret's name. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly inDeletion: boolean;
  /** The newest version, and the one that was newest before that; both are known in deletion too. */
  readonly currentVersionId?: string;
  readonly previousVersionId?: string;
}

/** What stands under an ARN. Who is `gone` does not come back: a new secret has another ARN. */
export type SecretPresence = 'present' | 'in-deletion' | 'gone';

/** Secrets that a list shows at once, at most (ListSecrets takes 100). */
export const MAX_LISTED_SECRETS = 100;

const TOKEN_ID = /^[0-9a-f]{32}$/;

/** Whether a name under the store's prefix is one that the store gives: others are not its own. */
export function isTokenId(name: string): boolean {
  return TOKEN_ID.test(name);
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
  readCurrent(secretArn: string, deadline: Deadline): Promise<LabelledVersion | undefined>;

  /** The one that was newest before that. */
  readPrevious(secretArn: string, deadline: Deadline): Promise<LabelledVersion | undefined>;

  /** The one that a refresh wrote last: no save after it, however many, takes it out of sight. */
  readRefreshed(secretArn: string, deadline: Deadline): Promise<LabelledVersion | undefined>;

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

  /**
   * A page of the store's secrets, those in deletion too, in no order. It may lag by minutes, and
   * it may be empty though there are more.
   * @throws LatchkeyError INVALID_REQUEST for a cursor that is not, or no longer, one of a page
   */
  list(
    request: { readonly cursor?: string; readonly limit?: number },
    deadline: Deadline,
  ): Promise<{ secrets: readonly ListedSecret[]; cursor?: string }>;

  /** What stands under an ARN now: fresher than the list. */
  inspect(secretArn: string, deadline: Deadline): Promise<SecretPresence>;

  /** The same, as the list would show it; undefined where it is gone. */
  describe(secretArn: string, deadline: Deadline): Promise<ListedSecret | undefined>;

  /** The secret that stands under a token's name now, whatever its ARN. */
  find(id: string, deadline: Deadline): Promise<ListedSecret | undefined>;
}
