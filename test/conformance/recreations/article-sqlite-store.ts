/**
 * A re-creation of published behaviour: the SQLite store of "Kaizen #192 - Implementing Custom Token
 * Persistence in Python SDK", as a store of the TypeScript SDK. The same queries are put together in
 * the same way; its defects are the original's, and none is to be mended here.
 */
import { OAuthToken, SDKException, type Token, type TokenStore } from '@zohocrm/typescript-sdk-8.0';
import {
  COLUMNS,
  type Column,
  isNone,
  lacksCredentials,
  mergeInto,
  storeException,
  valuesOf,
} from './article-token.ts';
import type { Row, SqliteEngine } from './sqlite-engine.ts';

const TABLE = 'oauthtoken';
const TYPES: Readonly<Partial<Record<Column, string>>> = {
  id: 'varchar(10) NOT NULL',
  expiry_time: 'varchar(20)',
};

export class ArticleSqliteStore implements TokenStore.MasterModel {
  readonly #sqlite: SqliteEngine;

  constructor(sqlite: SqliteEngine) {
    this.#sqlite = sqlite;
    if (this.#hasRow()) return;
    const columns = COLUMNS.map((column) => `${column} ${TYPES[column] ?? 'varchar(255)'}`);
    sqlite.run(`CREATE TABLE ${TABLE} (${columns.join(', ')}, primary key (id))`);
  }

  /** It is called "table exists", and asks for a row. */
  #hasRow(): boolean {
    try {
      return this.#sqlite.all(`SELECT * FROM ${TABLE} limit 1`).length > 0;
    } catch {
      return false;
    }
  }

  async findToken(given: Token.MasterModel): Promise<OAuthToken | null> {
    const token = given as OAuthToken;
    try {
      const [row] = this.#sqlite.all(`select * from ${TABLE} ${whereToFind(token)} limit 1`);
      if (row === undefined) return null;
      mergeInto(token, inColumns(row));
      return token;
    } catch (cause) {
      throw storeException(
        'Exception in DBStore : Given user authentication details not found.',
        cause,
      );
    }
  }

  async findTokenById(id: string): Promise<OAuthToken> {
    const message = 'Exception in getTokenById - DBStore : Given ID is invalid';
    try {
      const [row] = this.#sqlite.all(`select * from ${TABLE} where id='${id}'`);
      if (row === undefined) throw storeException(message);
      const token = emptyToken();
      mergeInto(token, inColumns(row));
      return token;
    } catch (cause) {
      throw cause instanceof SDKException ? cause : storeException(message, cause);
    }
  }

  async saveToken(given: Token.MasterModel): Promise<void> {
    const token = given as OAuthToken;
    try {
      if (this.#update(token) > 0) return;
      if (lacksCredentials(token)) {
        throw storeException('Exception in DBStore : Given user authentication details not found.');
      }
      if (isNone(token.getId())) token.setId(String(this.#nextId()));
      const values = valuesOf(token);
      this.#sqlite.run(
        `insert into ${TABLE} (${COLUMNS.join(',')}) values (${COLUMNS.map(() => '?').join(',')});`,
        COLUMNS.map((column) => values[column]),
      );
    } catch (cause) {
      throw storeException('Exception in saveToken - DBStore : ', cause);
    }
  }

  async deleteToken(id: string): Promise<void> {
    try {
      this.#sqlite.run(`delete from ${TABLE} where id= ${id};`);
    } catch (cause) {
      throw storeException('Exception in deleteToken - DBStore : ', cause);
    }
  }

  async getTokens(): Promise<OAuthToken[]> {
    try {
      return this.#sqlite.all(`select * from ${TABLE};`).map((row) => {
        const token = emptyToken();
        mergeInto(token, inColumns(row));
        return token;
      });
    } catch (cause) {
      throw storeException('Exception in getTokens - DBStore : ', cause);
    }
  }

  /**
   * The original executes the deletion and then fails, because it commits on a connection that it
   * does not have: an AttributeError, which it does not catch. The deletion is rolled back.
   */
  async deleteTokens(): Promise<void> {
    try {
      this.#sqlite.rehearse(`delete from ${TABLE};`);
    } catch (cause) {
      throw storeException('Exception in deleteTokens - DBStore : ', cause);
    }
    throw new TypeError("'CustomStoreSQLite' object has no attribute 'connection'");
  }

  /** How many rows were changed. Without a condition the statement has no assignments either. */
  #update(token: OAuthToken): number {
    const where = whereToSave(token);
    if (where === undefined) return this.#sqlite.run(`update ${TABLE} set  limit 1`);
    return this.#sqlite.updateOne(TABLE, assignmentsOf(token), where);
  }

  /** The greatest id, as text, and one more. */
  #nextId(): number {
    const [row] = this.#sqlite.all(`select max(id) as id from ${TABLE};`);
    const greatest = row?.['id'] ?? null;
    if (greatest === null) return 1;
    if (!/^\s*[+-]?\d+\s*$/.test(greatest)) throw new RangeError('invalid literal for int()');
    return Number(greatest) + 1;
  }
}

/** A condition, or none where nothing that is named is usable: that matches every row. */
function whereToFind(token: OAuthToken): string {
  const { access_token: access, client_id: clientId, client_secret: secret } = valuesOf(token);
  const { refresh_token: refresh, grant_token: grant } = valuesOf(token);
  if (!isNone(token.getUserSignature())) {
    const name = token.getUserSignature()?.getName();
    return name ? `where user_name='${name}'` : '';
  }
  if (!isNone(access) && isNone(clientId) && isNone(secret))
    return `where access_token='${access}'`;
  const ofClient = !isNone(grant) && !isNone(clientId) && !isNone(secret);
  if (isNone(refresh) && !ofClient) return '';
  return byCredential(grant, refresh) ?? '';
}

/** Undefined: the update gets neither assignments nor a condition. */
function whereToSave(token: OAuthToken): string | undefined {
  const { access_token: access, client_id: clientId, client_secret: secret } = valuesOf(token);
  const { refresh_token: refresh, grant_token: grant } = valuesOf(token);
  if (!isNone(token.getUserSignature())) {
    const name = token.getUserSignature()?.getName();
    return name ? `where user_name='${name}'` : undefined;
  }
  if (access && isNone(clientId) && isNone(secret)) return `where access_token='${access}'`;
  return isNone(clientId) || isNone(secret) ? undefined : byCredential(grant, refresh);
}

function byCredential(grant: string | null, refresh: string | null): string | undefined {
  if (grant) return `where grant_token='${grant}'`;
  return refresh ? `where refresh_token='${refresh}'` : undefined;
}

/** Values stand in the statement as they are. */
function assignmentsOf(token: OAuthToken): string {
  const { id: _, ...values } = valuesOf(token);
  return Object.entries(values)
    .filter(([column, value]) => (column === 'user_name' ? Boolean(value) : !isNone(value)))
    .map(([column, value]) => `${column}='${value}'`)
    .join(',');
}

function inColumns(row: Row): Record<Column, string | null> {
  return Object.fromEntries(COLUMNS.map((column) => [column, row[column] ?? null])) as Record<
    Column,
    string | null
  >;
}

function emptyToken(): OAuthToken {
  return new OAuthToken(null, null, null, null, null, null, null, null);
}
