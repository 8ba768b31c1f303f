/**
 * Where the secrets are: by name, each with its record now and the one before its newest write,
 * which is what a stale read sees. With a directory, every write is on disk, one file per secret,
 * before it is answered.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretRecord } from './secret-record.ts';

interface Slot {
  readonly now: SecretRecord | undefined;
  readonly before: SecretRecord | undefined;
}

export class SecretShelf {
  readonly #slots = new Map<string, Slot>();
  readonly #directory: string | undefined;
  readonly #nowMs: () => number;

  constructor(directory: string | undefined, nowMs: () => number) {
    this.#directory = directory;
    this.#nowMs = nowMs;
    if (directory === undefined) return;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
      const record = JSON.parse(readFileSync(join(directory, file), 'utf8')) as SecretRecord;
      this.#slots.set(record.name, { now: record, before: record });
    }
  }

  /** @param secretId a name, an ARN, or an ARN without its six random characters */
  find(secretId: string, stale: boolean): SecretRecord | undefined {
    if (!secretId.startsWith('arn:')) return this.#record(secretId, stale);
    const resource = secretId.slice(secretId.indexOf(':secret:') + ':secret:'.length);
    const whole = this.#record(resource.replace(/-[A-Za-z0-9]{6}$/, ''), stale);
    return whole?.arn === secretId ? whole : this.#record(resource, stale);
  }

  /** Oldest first. */
  all(stale: boolean): SecretRecord[] {
    return [...this.#slots.keys()]
      .map((name) => this.#record(name, stale))
      .filter((record) => record !== undefined)
      .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.name < b.name ? -1 : 1));
  }

  replace(record: SecretRecord): void {
    const before = this.#record(record.name, false);
    if (before === record) return;
    this.#slots.set(record.name, { now: record, before });
    this.#save(record);
  }

  remove(record: SecretRecord): void {
    this.#slots.set(record.name, { now: undefined, before: record });
    if (this.#directory !== undefined) rmSync(this.#file(record.name), { force: true });
  }

  #record(name: string, stale: boolean): SecretRecord | undefined {
    const slot = this.#slots.get(name);
    const record = stale ? slot?.before : slot?.now;
    const expired = record?.deletionAtMs !== undefined && record.deletionAtMs <= this.#nowMs();
    return expired ? undefined : record;
  }

  #save(record: SecretRecord): void {
    if (this.#directory === undefined) return;
    const file = this.#file(record.name);
    writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  #file(name: string): string {
    const digest = createHash('sha256').update(name).digest('hex');
    return join(this.#directory ?? '', `${digest}.json`);
  }
}
