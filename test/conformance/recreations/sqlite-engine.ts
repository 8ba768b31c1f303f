/**
 * SQLite as the article's Python has it, Debian's: with UPDATE ... LIMIT. SQLite's usual builds, and
 * the one here, refuse that clause, so `update` does what it means in another way. Can be told to
 * die at a statement.
 */
import { closeSync, openSync } from 'node:fs';
import sqlite from 'node-sqlite3-wasm';

export type Row = Readonly<Record<string, string | null>>;

export class SqliteEngine {
  readonly #file: string;
  readonly #diesAt: number;
  #statements = 0;

  /** @param diesAt - the statement, counted from 1, that is not executed any more, nor any after */
  constructor(file: string, diesAt = Number.POSITIVE_INFINITY) {
    this.#file = file;
    this.#diesAt = diesAt;
  }

  get isDead(): boolean {
    return this.#statements >= this.#diesAt;
  }

  all(sql: string): Row[] {
    return this.#connected((database) => database.all(sql) as unknown as Row[]);
  }

  /** How many rows were changed. */
  run(sql: string, values: (string | null)[] = []): number {
    return this.#connected((database) => database.run(sql, values).changes);
  }

  /** Executes a statement and takes it back. */
  rehearse(sql: string): void {
    this.#connected((database) => {
      database.exec('begin');
      database.run(sql);
      database.exec('rollback');
    });
  }

  /** `update <table> set <assignments> <where> limit 1`. */
  updateOne(table: string, assignments: string, where: string): number {
    const one = `select rowid from ${table} ${where} limit 1`;
    return this.run(`update ${table} set ${assignments} where rowid in (${one})`);
  }

  #connected<Value>(work: (database: InstanceType<typeof sqlite.Database>) => Value): Value {
    this.#statements += 1;
    if (this.isDead) throw new Error('killed');
    // As Python creates it, and every SQLite; the one here would make it private.
    closeSync(openSync(this.#file, 'a', 0o644));
    const database = new sqlite.Database(this.#file);
    try {
      // Nobody needs this data after a power failure.
      database.exec('pragma synchronous = off');
      return work(database);
    } finally {
      database.close();
    }
  }
}
