/** The reference store, or a mutant of it, as a subject of the kit. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SDKException } from '@zohocrm/typescript-sdk-8.0';
import type { Home, Store, Subject, Surroundings } from '../../../conformance/src/index.ts';
import { MemoryDisk, type State } from './memory-disk.ts';
import { ReferenceStore } from './reference-store.ts';

export type StoreClass = new (disk: MemoryDisk, zoho: Surroundings['zoho']) => Store;

export interface Reference {
  readonly store?: StoreClass;
  /** What a mutant does to the place around its stores. */
  readonly home?: (home: Home, disk: MemoryDisk) => Home;
  /** Which mutant another process shall open. */
  readonly name?: string;
}

export function referenceSubject(reference: Reference = {}): Subject {
  return { name: reference.name ?? 'reference', create: (around) => homeOf(reference, around) };
}

function homeOf(reference: Reference, { zoho }: Surroundings): Home {
  const { store: StoreClass = ReferenceStore, home: change = (home) => home, name } = reference;
  const disk = new MemoryDisk();
  // Only the check of a killed process asks for a file, so that the others need no folder.
  const folders: string[] = [];
  let shared = disk;
  const home: Home = {
    open: () => new StoreClass(shared, zoho),
    get elsewhere() {
      if (shared === disk) {
        const folder = mkdtempSync(join(tmpdir(), 'latchkey-reference-'));
        folders.push(folder);
        shared = new MemoryDisk(join(folder, 'tokens'));
      }
      const module = new URL('./attach-reference.ts', import.meta.url);
      return { module, address: JSON.stringify({ disk: shared.address, zoho, name }) };
    },
    atRest: () => ({ text: disk.bytes.toString('latin1') }),
    openUnreachable: () => new StoreClass(new AbsentDisk(), zoho),
    openDying: (write) => {
      const dying = new DyingDisk(disk, write);
      return { store: new StoreClass(dying, zoho), died: () => dying.writes >= write };
    },
    close: () => {
      for (const folder of folders) rmSync(folder, { recursive: true });
    },
  };
  return change(home, disk);
}

class AbsentDisk extends MemoryDisk {
  override read(): State {
    throw new SDKException('TOKEN_STORE', 'The disk is not there');
  }
}

/** Dies at its n-th write, of which nothing is written. */
class DyingDisk extends MemoryDisk {
  writes = 0;
  readonly #disk: MemoryDisk;
  readonly #last: number;

  constructor(disk: MemoryDisk, last: number) {
    super();
    this.#disk = disk;
    this.#last = last;
  }

  override read(): State {
    return this.#disk.read();
  }

  override write(state: State): void {
    this.writes += 1;
    if (this.writes >= this.#last) throw new Error('killed');
    this.#disk.write(state);
  }
}
