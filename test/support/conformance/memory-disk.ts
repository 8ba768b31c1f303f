/**
 * What the reference store keeps its tokens on: memory that several stores share, as containers
 * share a database, and a sealed file where other processes shall share it too. Each write is whole
 * or has not happened. It can be told to die at a write, or not to be there at all.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { TokenFields } from '../../../conformance/src/token-fields.ts';

export interface Row extends TokenFields {
  readonly id: string;
}

export interface State {
  readonly rows: readonly Row[];
  /** Ids that were deleted: they are never given again, and no save brings them back. */
  readonly deleted: readonly string[];
}

const EMPTY: State = { rows: [], deleted: [] };

export class MemoryDisk {
  /** Refreshes under way, by the id of their token: containers share them. */
  readonly refreshing = new Map<string, Promise<void>>();
  readonly #key: Buffer;
  readonly #file: string | undefined;
  #state = EMPTY;

  constructor(file?: string, key: Buffer = randomBytes(32)) {
    this.#file = file;
    this.#key = key;
  }

  /** What another process needs to open the same disk. */
  get address(): string {
    return JSON.stringify({ file: this.#file, key: this.#key.toString('hex') });
  }

  static at(address: string): MemoryDisk {
    const { file, key } = JSON.parse(address) as { file: string; key: string };
    return new MemoryDisk(file, Buffer.from(key, 'hex'));
  }

  /** Whether other processes have it too. */
  get isShared(): boolean {
    return this.#file !== undefined;
  }

  /** What a thief of the disk reads. */
  get bytes(): Buffer {
    return this.#file !== undefined && existsSync(this.#file)
      ? readFileSync(this.#file)
      : this.#seal(this.#state);
  }

  read(): State {
    if (this.#file === undefined || !existsSync(this.#file)) return this.#state;
    const bytes = this.bytes;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
    return JSON.parse(text.toString()) as State;
  }

  write(state: State): void {
    this.#state = state;
    if (this.#file === undefined) return;
    const draft = `${this.#file}.${randomBytes(4).toString('hex')}`;
    writeFileSync(draft, this.#seal(state), { mode: 0o600, flush: true });
    renameSync(draft, this.#file);
  }

  #seal(state: State): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const text = Buffer.concat([cipher.update(JSON.stringify(state)), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }
}
