/**
 * Secret versions that this container has read or written. A version never changes, so an entry is
 * never stale and needs no time to live: the index row, read anew each time, says which version
 * counts. One version per secret is kept, and the least recently used secrets are dropped.
 */
import type { SecretContent, SecretVersion } from './token-vault.ts';

/** At 64 KiB a secret at most, and some 2 KiB as a rule: megabytes, not a container's memory. */
const DEFAULT_CAPACITY = 500;

export class VersionCache {
  readonly #capacity: number;
  readonly #entries = new Map<string, { versionId: string; content: SecretContent }>();

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  get({ secretArn, versionId }: SecretVersion): SecretContent | undefined {
    const entry = this.#entries.get(secretArn);
    if (entry?.versionId !== versionId) return undefined;
    this.#entries.delete(secretArn);
    this.#entries.set(secretArn, entry);
    return entry.content;
  }

  set({ secretArn, versionId }: SecretVersion, content: SecretContent): void {
    this.#entries.delete(secretArn);
    this.#entries.set(secretArn, { versionId, content });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
  }
}
