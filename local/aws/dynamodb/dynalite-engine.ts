/**
 * dynalite without its HTTP server: the validations and actions of the package, called as functions
 * on its store. The only file that knows dynalite's modules. They are internal to the package, so
 * its version is pinned exactly.
 */
import { createRequire } from 'node:module';
import { ServiceError } from '../service.ts';

export type Item = Record<string, Record<string, unknown>>;
export type Callback<T = unknown> = (error?: unknown, value?: T) => void;

export interface TableDefinition {
  readonly TableName: string;
  readonly TableStatus: string;
}

export interface SubDatabase {
  lock(key: string, work: (release: (callback: Callback) => Callback) => void): void;
  get(key: string, callback: Callback<Item>): void;
  put(key: string, value: Item, callback: Callback): void;
  del(key: string, callback: Callback): void;
}

export type BatchOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Item }
  | { readonly type: 'del'; readonly key: string };

export interface DynaliteStore {
  readonly db: {
    open(): Promise<void>;
    batch(operations: readonly BatchOperation[], callback: Callback): void;
  };
  readonly tableDb: { get(name: string, callback: Callback<TableDefinition>): void };
  readonly lifecycleManager: { gracefulClose(callback: Callback): void };
  getTable(name: string, callback: Callback<TableDefinition>): void;
  getItemDb(table: string): SubDatabase;
  getIndexDb(type: string, table: string, index: string): SubDatabase;
}

interface DatabaseModule {
  create(options: Record<string, unknown>): DynaliteStore;
  createKey(item: Item, table: TableDefinition): string;
  validateKey(key: Item, table: TableDefinition): unknown;
  validateItem(item: Item, table: TableDefinition): unknown;
  itemSize(item: Item): number;
}

interface ActionValidation {
  readonly types: unknown;
  readonly custom?: unknown;
}

interface ValidationsModule {
  checkTypes(data: unknown, types: unknown): Record<string, unknown>;
  checkValidations(data: unknown, types: unknown, custom: unknown, store: unknown): void;
}

type Action = (store: DynaliteStore, data: Record<string, unknown>, callback: Callback) => void;

/** What dynalite can do by itself; every other action is unknown or answered in front of it. */
const ACTIONS = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
]);

const load = createRequire(import.meta.url);
const database = load('dynalite/db') as DatabaseModule;
const validations = load('dynalite/validations') as ValidationsModule;

export class DynaliteEngine {
  readonly store: DynaliteStore;

  /** @param directory where LevelDB keeps the tables; absent: in memory */
  constructor(directory: string | undefined) {
    this.store = database.create({
      createTableMs: 0,
      deleteTableMs: 0,
      updateTableMs: 0,
      ...(directory === undefined ? {} : { path: directory }),
    });
  }

  /** @throws Error whose cause has the code LEVEL_LOCKED where another process has the directory */
  async open(): Promise<void> {
    await this.store.db.open();
  }

  knows(action: string): boolean {
    return ACTIONS.has(action);
  }

  /** The request as the action wants it: defaults in, expressions parsed. Works on a copy. */
  validate(action: string, request: Record<string, unknown>): Record<string, unknown> {
    const rules = load(`dynalite/validations/${fileName(action)}`) as ActionValidation;
    try {
      const data = validations.checkTypes(structuredClone(request), rules.types);
      validations.checkValidations(data, rules.types, rules.custom, this.store);
      return data;
    } catch (error) {
      throw serviceError(error);
    }
  }

  /** @param store where the action reads and writes: the real store, or one that only stages */
  async run(
    action: string,
    data: Record<string, unknown>,
    store: DynaliteStore = this.store,
  ): Promise<Record<string, unknown>> {
    const act = load(`dynalite/actions/${fileName(action)}`) as Action;
    const result = await settled((callback) => act(store, data, callback));
    return (result === '' ? {} : result) as Record<string, unknown>;
  }

  async table(name: string): Promise<TableDefinition> {
    return (await settled((callback) => this.store.getTable(name, callback))) as TableDefinition;
  }

  /**
   * Waits until the table is ACTIVE or gone: dynalite changes its state a timer tick after
   * answering.
   */
  async tableSettled(name: string): Promise<void> {
    for (;;) {
      const table = await new Promise<TableDefinition | undefined>((resolve) => {
        this.store.tableDb.get(name, (_error, found) => resolve(found));
      });
      if (table === undefined || table.TableStatus === 'ACTIVE') return;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Identifies an item within its table. The key, or the item with the key, has been validated. */
  itemKey(table: TableDefinition, key: Item): string {
    return database.createKey(key, table);
  }

  keyError(table: TableDefinition, key: Item): ServiceError | undefined {
    const error = database.validateKey(key, table);
    return error === undefined || error === null ? undefined : serviceError(error);
  }

  itemError(table: TableDefinition, item: Item): ServiceError | undefined {
    const error = database.validateItem(item, table);
    return error === undefined || error === null ? undefined : serviceError(error);
  }

  itemSizeBytes(item: Item): number {
    return database.itemSize(item);
  }

  async commit(operations: readonly BatchOperation[]): Promise<void> {
    if (operations.length === 0) return;
    await settled((callback) => this.store.db.batch(operations, callback));
  }

  async close(): Promise<void> {
    await settled((callback) => this.store.lifecycleManager.gracefulClose(callback));
  }
}

function fileName(action: string): string {
  return action.charAt(0).toLowerCase() + action.slice(1);
}

function settled(start: (callback: Callback) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error === undefined || error === null) resolve(value);
      else reject(serviceError(error));
    });
  });
}

/** dynalite hangs the wire form (`statusCode`, `body`) on its errors; what has none is a bug. */
function serviceError(error: unknown): ServiceError {
  const { statusCode, body } = error as {
    statusCode?: number;
    body?: { __type: string; message?: string; Message?: string };
  };
  if (statusCode === undefined || body === undefined) throw error;
  return new ServiceError(body.__type, body.message ?? body.Message ?? '', { statusCode });
}
