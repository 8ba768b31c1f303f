/**
 * The vault in memory that forgets, as Secrets Manager does: of each secret it keeps the newest
 * versions. Days of refreshes would not fit otherwise. A test holds it against `MemoryVault`.
 */
import { secretJson, versionToken } from '../../../lib/vault/secret-json.ts';
import type {
  LabelledVersion,
  SecretContent,
  SecretVersion,
  TokenVault,
} from '../../../lib/vault/token-vault.ts';

interface Secret {
  readonly id: string;
  /** The newest last; what is current stands last, what was before it stands before it. */
  readonly versions: Map<string, SecretContent>;
  inDeletion: boolean;
}

export type VaultInUse = Omit<TokenVault, 'list' | 'inspect' | 'describe' | 'find'>;

const KEPT_VERSIONS = 5;

export class ForgetfulVault implements VaultInUse {
  readonly #secrets = new Map<string, Secret>();
  readonly #arns = new Map<string, string>();
  #created = 0;

  create: TokenVault['create'] = async (content) => {
    const versionId = versionToken(secretJson(content));
    const standing = this.#arns.get(content.id);
    if (standing !== undefined) {
      if (!this.#usable(standing)?.versions.has(versionId)) throw new Error('The name is taken.');
      return { secretArn: standing, versionId };
    }
    this.#created += 1;
    const secretArn = `arn:memory:${content.id}-${this.#created}`;
    const versions = new Map([[versionId, content]]);
    this.#secrets.set(secretArn, { id: content.id, versions, inDeletion: false });
    this.#arns.set(content.id, secretArn);
    return { secretArn, versionId };
  };

  write: TokenVault['write'] = async (secretArn, content) => {
    const secret = this.#usable(secretArn);
    if (secret === undefined) return 'gone';
    const versionId = versionToken(secretJson(content));
    const { versions } = secret;
    if (!versions.has(versionId)) {
      versions.set(versionId, content);
      const labelled = this.#newest(secretArn, 1, isRefreshed)?.version.versionId;
      const oldest = [...versions.keys()].find((each) => each !== labelled);
      if (versions.size > KEPT_VERSIONS && oldest !== undefined) versions.delete(oldest);
    }
    return { secretArn, versionId };
  };

  read: TokenVault['read'] = async ({ secretArn, versionId }) =>
    this.#usable(secretArn)?.versions.get(versionId);

  readCurrent: TokenVault['readCurrent'] = async (secretArn) => this.#newest(secretArn, 1);

  readPrevious: TokenVault['readPrevious'] = async (secretArn) => this.#newest(secretArn, 2);

  readRefreshed: TokenVault['readRefreshed'] = async (secretArn) =>
    this.#newest(secretArn, 1, isRefreshed);

  readMany: TokenVault['readMany'] = async (versions, deadline) => {
    const contents = new Map<string, SecretContent>();
    for (const version of versions) {
      const content = await this.read(version, deadline);
      if (content !== undefined) contents.set(version.secretArn, content);
    }
    return contents;
  };

  relabel: TokenVault['relabel'] = async () => {};

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

  /** What the simulation looks at when it is over. */
  contentOf({ secretArn, versionId }: SecretVersion): SecretContent | undefined {
    return this.#usable(secretArn)?.versions.get(versionId);
  }

  #newest(
    secretArn: string,
    place: number,
    isMeant: (content: SecretContent) => boolean = () => true,
  ): LabelledVersion | undefined {
    const all = [...(this.#usable(secretArn)?.versions ?? [])];
    const versions = all.filter(([, content]) => isMeant(content));
    const [versionId, content] = versions.at(-place) ?? [];
    return versionId && content
      ? { version: { secretArn, versionId }, content, createdAtMs: 0 }
      : undefined;
  }

  #usable(secretArn: string): Secret | undefined {
    const secret = this.#secrets.get(secretArn);
    return secret?.inDeletion ? undefined : secret;
  }
}

function isRefreshed({ fence }: SecretContent): boolean {
  return fence !== undefined;
}
