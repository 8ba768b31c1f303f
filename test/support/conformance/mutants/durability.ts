/** Stores that forget, interfere with themselves, or come to grief when something breaks. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OAuthToken, Token } from '@zohocrm/typescript-sdk-8.0';
import { fieldsOf, type TokenFields } from '../../../../conformance/src/token-fields.ts';
import { MemoryDisk, type Row, type State } from '../memory-disk.ts';
import { ReferenceStore } from '../reference-store.ts';
import { type Mutant, mutant } from './mutant.ts';

/** What each process has in memory of a disk, and writes when it ends in good order. */
const writtenLater = new WeakMap<MemoryDisk, State>();

class LateDisk extends MemoryDisk {
  readonly #disk: MemoryDisk;
  constructor(disk: MemoryDisk) {
    super();
    this.#disk = disk;
  }
  override read(): State {
    return writtenLater.get(this.#disk) ?? this.#disk.read();
  }
  override write(state: State): void {
    const isFirst = !writtenLater.has(this.#disk);
    writtenLater.set(this.#disk, state);
    if (isFirst) process.once('exit', () => this.#disk.write(this.read()));
  }
}

class BrokenDisk extends MemoryDisk {
  override read(): State {
    throw new Error('connect ECONNREFUSED');
  }
}

class ReadsLongBeforeItAdds extends ReferenceStore {
  override async saveToken(token: Token.MasterModel) {
    const given = fieldsOf(token);
    if (this.rowToUpdate(given) !== undefined) return super.saveToken(token);
    this.assertHoldsSomething(given);
    const before = this.rows();
    await nextTurn();
    const added = { ...given, id: this.newId() };
    this.write([...before, added]);
    (token as OAuthToken).setId(added.id);
  }
}

export const durabilityMutants: readonly Mutant[] = [
  mutant(
    'durability/next-process',
    class extends ReferenceStore {
      readonly #own = new Set<string>();
      override newId() {
        const id = super.newId();
        this.#own.add(id);
        return id;
      }
      override fill(token: OAuthToken, row: TokenFields) {
        const { redirectUrl, ...rest } = row;
        const isForeign = row.userName?.startsWith('alice') && !this.#own.has(row.id ?? '');
        return super.fill(token, isForeign ? rest : row);
      }
    },
    ['durability/seen-by-others', 'durability/dies-while-saving'],
  ),
  mutant(
    'durability/killed',
    class extends ReferenceStore {
      constructor(...[disk, zoho]: ConstructorParameters<typeof ReferenceStore>) {
        super(disk.isShared ? new LateDisk(disk) : disk, zoho);
      }
    },
  ),
  {
    check: 'durability/empty-reopened',
    also: [],
    home: (home, disk) => {
      let isOpened = false;
      const open = () => {
        if (isOpened && disk.read().rows.length === 0) throw new Error('the table exists already');
        isOpened = true;
        return home.open();
      };
      return Object.assign(Object.create(home), { open });
    },
  },
  mutant(
    'durability/seen-by-others',
    class extends ReferenceStore {
      readonly #cache = new Map<string, TokenFields>();
      override async findTokenById(id: string) {
        const cached = this.#cache.get(id);
        if (cached !== undefined) return this.fill(this.newToken(), cached);
        const found = await super.findTokenById(id);
        if (found !== null) this.#cache.set(id, fieldsOf(found));
        return found;
      }
      override write(rows: readonly Row[]) {
        this.#cache.clear();
        super.write(rows);
      }
      override async deleteToken(id: string) {
        this.#cache.clear();
        await super.deleteToken(id);
      }
      override async deleteTokens() {
        this.#cache.clear();
        await super.deleteTokens();
      }
    },
  ),
  mutant('durability/first-saves-at-once', class extends ReadsLongBeforeItAdds {}, [
    'durability/first-saves-of-many-containers',
  ]),
  mutant(
    'durability/first-saves-of-many-containers',
    class extends ReadsLongBeforeItAdds {
      #previous: Promise<unknown> = Promise.resolve();
      // One after the other in this container, whatever the others do.
      override saveToken(token: Token.MasterModel) {
        const save = this.#previous.then(() => super.saveToken(token));
        this.#previous = save.catch(() => {});
        return save;
      }
    },
  ),
  mutant(
    'durability/updates-at-once',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        const row = this.rowToUpdate(fieldsOf(token));
        if (row === undefined) return super.saveToken(token);
        const others = this.rows().filter(({ id }) => id !== row.id);
        await nextTurn();
        await super.saveToken(token);
        const own = this.rows().find(({ id }) => id === row.id);
        if (own !== undefined) this.write([...others, own]);
      }
    },
  ),
  mutant(
    'durability/two-changes-at-once',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        const row = this.rowToUpdate(fieldsOf(token));
        if (row === undefined) return super.saveToken(token);
        await nextTurn();
        const updated = this.merge(row, fieldsOf(token));
        this.write([...this.rows().filter(({ id }) => id !== row.id), updated]);
        (token as OAuthToken).setId(row.id);
      }
    },
  ),
  mutant(
    'durability/one-user-twice-at-once',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        if (this.rowToUpdate(fieldsOf(token)) !== undefined) return super.saveToken(token);
        this.assertHoldsSomething(fieldsOf(token));
        await nextTurn();
        const added = { ...fieldsOf(token), id: this.newId() };
        this.write([...this.rows(), added]);
        (token as OAuthToken).setId(added.id);
      }
    },
  ),
  mutant(
    'durability/dies-while-saving',
    class extends ReferenceStore {
      override merge(row: Row, given: TokenFields) {
        this.write(this.rows().filter(({ id }) => id !== row.id));
        return super.merge(row, given);
      }
    },
  ),
  {
    check: 'durability/unreachable',
    also: [],
    home: (home) =>
      Object.assign(Object.create(home), {
        openUnreachable: () => new ReferenceStore(new BrokenDisk(), NOWHERE),
      }),
  },
  mutant(
    'durability/unreachable-revoke',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        this.rows();
        return super.matchFind(named);
      }
    },
  ),
];

const NOWHERE = { base: 'http://127.0.0.1:9', accountsTokenUrl: 'http://127.0.0.1:9' };
