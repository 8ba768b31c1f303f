/** The vault in memory, for tests and simulations: the same answers, no network. */
import { secretJson, versionToken } from './secret-json.ts';
import type { SecretContent, SecretLabels, SecretVersion, TokenVault } from './token-vault.ts';

interface StoredSecret {
  readonly versions: Map<string, SecretContent>;
  current: string;
  labels: SecretLabels;
  inDeletion: boolean;
}

export class MemoryVault implements TokenVault {
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #arns = new Map<string, string>();
  #created = 0;

  create: TokenVault['create'] = async (content, labels) => {
    const versionId = versionToken(secretJson(content));
    const standing = this.#arns.get(content.id);
    if (standing !== undefined) {
      if (!this.#usable(standing)?.versions.has(versionId)) throw new Error('The name is taken.');
      return { secretArn: standing, versionId };
    }
    const secretArn = `arn:memory:${content.id}-${++this.#created}`;
    const versions = new Map([[versionId, content]]);
    this.#secrets.set(secretArn, { versions, current: versionId, labels, inDeletion: false });
    this.#arns.set(content.id, secretArn);
    return { secretArn, versionId };
  };

  write: TokenVault['write'] = async (secretArn, content) => {
    const secret = this.#usable(secretArn);
    if (secret === undefined) return 'gone';
    const versionId = versionToken(secretJson(content));
    if (!secret.versions.has(versionId)) {
      secret.versions.set(versionId, content);
      secret.current = versionId;
    }
    return { secretArn, versionId };
  };

  read: TokenVault['read'] = async ({ secretArn, versionId }) =>
    this.#usable(secretArn)?.versions.get(versionId);

  readCurrent: TokenVault['readCurrent'] = async (secretArn) => {
    const secret = this.#usable(secretArn);
    const content = secret?.versions.get(secret.current);
    if (secret === undefined || content === undefined) return undefined;
    return { version: { secretArn, versionId: secret.current }, content };
  };

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

  #usable(secretArn: SecretVersion['secretArn']): StoredSecret | undefined {
    const secret = this.#secrets.get(secretArn);
    return secret?.inDeletion ? undefined : secret;
  }
}
