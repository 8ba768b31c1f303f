/**
 * A re-creation of published behaviour: the list store of the samples that belong to "Kaizen #192 -
 * Implementing Custom Token Persistence in Python SDK", as a store of the TypeScript SDK. Its
 * defects are the original's, and none is to be mended here.
 */
import { OAuthToken, SDKException, type Token, type TokenStore } from '@zohocrm/typescript-sdk-8.0';
import {
  type Column,
  isNone,
  lacksCredentials,
  mergeInto,
  storeException,
  valuesOf,
} from './article-token.ts';

type Row = Readonly<Record<Column, string | null>>;

export class ArticleListStore implements TokenStore.MasterModel {
  #rows: Row[] = [];

  async findToken(given: Token.MasterModel): Promise<OAuthToken | null> {
    const token = given as OAuthToken;
    const row = this.#rows.find((one) => isMeant(token, one));
    if (row === undefined) return null;
    mergeInto(token, withoutEmpty(row));
    return token;
  }

  async findTokenById(id: string): Promise<OAuthToken> {
    const row = this.#rows.find((one) => one.id === id);
    if (row === undefined) {
      throw storeException('Exception in getTokenById - FileStore : Given ID is invalid');
    }
    return tokenOf(row);
  }

  async saveToken(given: Token.MasterModel): Promise<void> {
    const token = given as OAuthToken;
    try {
      const id = token.getId() ?? null;
      const index = this.#rows.findIndex((row) =>
        id !== null ? Boolean(row.id) && row.id === id : isMeant(token, row),
      );
      const known = this.#rows[index];
      if (known !== undefined) {
        mergeInto(token, withoutEmpty(known));
        this.#rows[index] = rowOf(token);
        return;
      }
      if (lacksCredentials(token)) {
        throw storeException(
          'Exception in FileStore : Given user authentication details not found.',
        );
      }
      if (id === null) token.setId(this.#nextId());
      this.#rows.push(rowOf(token));
    } catch (cause) {
      throw storeException('Exception in saveToken - FileStore : ', cause);
    }
  }

  async deleteToken(id: string): Promise<void> {
    const index = this.#rows.findIndex((row) => Boolean(row.id) && row.id === id);
    if (index < 0) {
      throw new SDKException(
        'TOKEN_STORE',
        'Exception in getTokenById - FileStore : Given ID is invalid',
      );
    }
    this.#rows.splice(index, 1);
  }

  async getTokens(): Promise<OAuthToken[]> {
    return this.#rows.map(tokenOf);
  }

  async deleteTokens(): Promise<void> {
    this.#rows = [];
  }

  /** The greatest id and one more, but the first row is never looked at. */
  #nextId(): string {
    let greatest = 0;
    for (const { id } of this.#rows.slice(1)) {
      if (!id) continue;
      if (!/^\s*[+-]?\d+\s*$/.test(id)) throw new RangeError('invalid literal for int()');
      greatest = Math.max(greatest, Number(id));
    }
    return String(greatest + 1);
  }
}

function isMeant(token: OAuthToken, row: Row): boolean {
  const given = valuesOf(token);
  const isSame = (column: Column) => Boolean(given[column]) && given[column] === row[column];
  if (!isNone(token.getUserSignature())) return isSame('user_name');
  const namesNoClient = isNone(given.client_id) && isNone(given.client_secret);
  if (!isNone(given.access_token) && namesNoClient) return isSame('access_token');
  const ofClient = !isNone(given.client_id) && !isNone(given.client_secret);
  return ofClient && (isSame('grant_token') || isSame('refresh_token'));
}

function rowOf(token: OAuthToken): Row {
  return valuesOf(token);
}

function withoutEmpty(row: Row): Row {
  const entries = Object.entries(row).map(([column, value]) => [
    column,
    value === '' ? null : value,
  ]);
  return Object.fromEntries(entries) as Row;
}

function tokenOf(row: Row): OAuthToken {
  const token = new OAuthToken(null, null, null, null, null, null, null, null);
  mergeInto(token, withoutEmpty(row));
  return token;
}
