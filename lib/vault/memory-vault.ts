/** The vault in memory, for tests and simulations: the same answers, no network. */
import { type Clock, systemClock } from '../clock.ts';
import { noSuchPage } from '../token-index/page-cursor.ts';
import { secretJson, versionToken } from './secret-json.ts';
import {
  isTokenId,
  type LabelledVersion,
  type ListedSecret,
  MAX_LISTED_SECRETS,
  type SecretContent,
  type SecretLabels,
  type SecretVersion,
  type TokenVault,
} from './token-vault.ts';

interface StoredVersion {
  readonly content: SecretContent;
  readonly createdAtMs: number;
}

interface StoredSecret {
  readonly id: string;
  readonly createdAtMs: number;
  readonly versions: Map<string, StoredVersion>;
  current: string;
  previous?: string;
  refreshed?: string;
  labels: SecretLabels;
  inDeletion: boolean;
}

export class MemoryVault implements TokenVault {
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #arns = new Map<string, string>();
  readonly #clock: Pick<Clock, 'nowMs'>;
  #created = 0;

  constructor(clock: Pick<Clock, 'nowMs'> = systemClock) {
    this.#clock = clock;
  }

  create: TokenVault['create'] = async (content, labels) => {
    const versionId = versionToken(secretJson(content));
    const standing = this.#arns.get(content.id);
    if (standing !== undefined) {
      if (!this.#usable(standing)?.versions.has(versionId)) throw new Error('The name is taken.');
      return { secretArn: standing, versionId };
    }
    const secretArn = `arn:memory:${content.id}-${++this.#created}`;
    const createdAtMs = this.#clock.nowMs();
    const versions = new Map([[versionId, { content, createdAtMs }]]);
    this.#secrets.set(secretArn, {
      ...{ id: content.id, createdAtMs },
      ...{ versions, current: versionId, labels, inDeletion: false },
    });
    this.#arns.set(content.id, secretArn);
    return { secretArn, versionId };
  };

  write: TokenVault['write'] = async (secretArn, content) => {
    const secret = this.#usable(secretArn);
    if (secret === undefined) return 'gone';
    const versionId = versionToken(secretJson(content));
    if (!secret.versions.has(versionId)) {
      secret.versions.set(versionId, { content, createdAtMs: this.#clock.nowMs() });
      secret.previous = secret.current;
      secret.current = versionId;
      if (content.fence !== undefined) secret.refreshed = versionId;
    }
    return { secretArn, versionId };
  };

  read: TokenVault['read'] = async ({ secretArn, versionId }) =>
    this.#usable(secretArn)?.versions.get(versionId)?.content;

  readCurrent: TokenVault['readCurrent'] = async (secretArn) =>
    this.#labelled(secretArn, this.#usable(secretArn)?.current);

  readPrevious: TokenVault['readPrevious'] = async (secretArn) =>
    this.#labelled(secretArn, this.#usable(secretArn)?.previous);

  readRefreshed: TokenVault['readRefreshed'] = async (secretArn) =>
    this.#labelled(secretArn, this.#usable(secretArn)?.refreshed);

  readMany: TokenVault['readMany'] = async (versions, deadline) => {
    const contents = new Map<string, SecretContent>();
    for (const version of versions) {
      const content = await this.read(version, deadline);
      if (content !== undefined) contents.set(version.secretArn, content);
    }
    return contents;
  };

  relabel: TokenVault['relabel'] = async (secretArn, labels) => {
    const secret = this.#usable(secretArn);
    if (secret !== undefined) secret.labels = labels;
  };

  scheduleDeletion: TokenVault['scheduleDeletion'] = async (secretArn) => {
    const secret = this.#secrets.get(secretArn);
    if (secret !== undefined) secret.inDeletion = true;
  };

  cancelDeletion: TokenVault['cancelDeletion'] = async (secretArn) => {
    const secret = this.#secrets.get(secretArn);
    if (secret === undefined) return false;
    secret.inDeletion = false;
    return true;
  };

  list: TokenVault['list'] = async ({ cursor, limit = MAX_LISTED_SECRETS }) => {
    const all = [...this.#secrets].filter(([, { id }]) => isTokenId(id));
    const start = cursor === undefined ? 0 : all.findIndex(([arn]) => arn === cursor) + 1;
    if (cursor !== undefined && start === 0) throw noSuchPage();
    const page = all.slice(start, start + limit);
    const [last] = page.at(-1) ?? [];
    return {
      secrets: page.map(([secretArn, secret]) => listed(secretArn, secret)),
      ...(last !== undefined && start + limit < all.length && { cursor: last }),
    };
  };

  inspect: TokenVault['inspect'] = async (secretArn) => {
    const secret = this.#secrets.get(secretArn);
    if (secret === undefined) return 'gone';
    return secret.inDeletion ? 'in-deletion' : 'present';
  };

  describe: TokenVault['describe'] = async (secretArn) => {
    const secret = this.#secrets.get(secretArn);
    return secret && listed(secretArn, secret);
  };

  find: TokenVault['find'] = async (id, deadline) => {
    const secretArn = this.#arns.get(id);
    return secretArn === undefined ? undefined : this.describe(secretArn, deadline);
  };

  /** For tests: the recovery window passes. */
  purge(secretArn: string): void {
    this.#secrets.delete(secretArn);
    for (const [id, arn] of this.#arns) if (arn === secretArn) this.#arns.delete(id);
  }

  /** For tests: what stands in the vault, by ARN, and whether it is on its way out. */
  secrets(): ReadonlyMap<string, { readonly versions: number; readonly inDeletion: boolean }> {
    return new Map(
      [...this.#secrets].map(([arn, { versions, inDeletion }]) => [
        arn,
        { versions: versions.size, inDeletion },
      ]),
    );
  }

  #labelled(secretArn: string, versionId: string | undefined): LabelledVersion | undefined {
    const stored = versionId && this.#usable(secretArn)?.versions.get(versionId);
    return stored ? { version: { secretArn, versionId }, ...stored } : undefined;
  }

  #usable(secretArn: SecretVersion['secretArn']): StoredSecret | undefined {
    const secret = this.#secrets.get(secretArn);
    return secret?.inDeletion ? undefined : secret;
  }
}

function listed(secretArn: string, secret: StoredSecret): ListedSecret {
  const { id, createdAtMs, inDeletion, current, previous } = secret;
  return {
    ...{ secretArn, id, createdAtMs, inDeletion, currentVersionId: current },
    ...(previous !== undefined && { previousVersionId: previous }),
  };
}
