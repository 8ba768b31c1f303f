/**
 * A dynalite store that reads through and holds writes back, so that the writes of one request, the
 * items and their index entries, reach LevelDB as one atomic batch or not at all. It also remembers
 * the item its action read, which is what ReturnValuesOnConditionCheckFailure=ALL_OLD returns.
 */
import type {
  BatchOperation,
  Callback,
  DynaliteStore,
  Item,
  SubDatabase,
} from './dynalite-engine.ts';

export class StagingStore {
  readonly store: DynaliteStore;
  /** The item that the staged action found, if it read one. */
  itemRead: Item | undefined;
  readonly #staged = new Map<string, BatchOperation>();

  constructor(base: DynaliteStore) {
    this.store = {
      ...base,
      getItemDb: (table) => this.#staging(`item-${table}~`, base.getItemDb(table)),
      getIndexDb: (type, table, index) =>
        this.#staging(
          `index-${type.toLowerCase()}~${table}~${index}~`,
          base.getIndexDb(type, table, index),
        ),
    };
  }

  operations(): BatchOperation[] {
    return [...this.#staged.values()];
  }

  /** @param prefix of the sub-database's keys in the one database that dynalite keeps */
  #staging(prefix: string, base: SubDatabase): SubDatabase {
    return {
      ...base,
      // The caller holds the exclusive lock: there is nobody to lock out.
      lock: (_key, work) => work((callback) => callback),
      get: (key, callback) => {
        const staged = this.#staged.get(prefix + key);
        const answer: Callback<Item> = (error, item) => {
          this.itemRead = item;
          callback(error, item);
        };
        if (staged === undefined) base.get(key, answer);
        else answer(null, staged.type === 'put' ? staged.value : undefined);
      },
      put: (key, value, callback) => {
        this.#staged.set(prefix + key, { type: 'put', key: prefix + key, value });
        setImmediate(callback);
      },
      del: (key, callback) => {
        this.#staged.set(prefix + key, { type: 'del', key: prefix + key });
        setImmediate(callback);
      },
    };
  }
}
