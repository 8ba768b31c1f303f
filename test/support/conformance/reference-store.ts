/**
 * A TokenStore that does everything right, as simply as that can be: the kit must find nothing wrong
 * with it. Mutants override one method each, so every decision is a method of its own.
 */
import {
  DataCenter,
  OAuthToken,
  SDKException,
  type Token,
  UserSignature,
} from '@zohocrm/typescript-sdk-8.0';
import type { Store, Surroundings } from '../../../conformance/src/index.ts';
import { fieldsOf, type TokenFields } from '../../../conformance/src/token-fields.ts';
import type { MemoryDisk, Row } from './memory-disk.ts';

/** The SDK refreshes by itself what has less left than five seconds. */
const MIN_VALID_MS = 60_000;
const HOUR_MS = 3_600_000;
const KEYS = ['userName', 'accessToken', 'grantToken', 'refreshToken'] as const;
type Key = (typeof KEYS)[number];

export class ReferenceStore implements Store {
  readonly disk: MemoryDisk;
  readonly zoho: Surroundings['zoho'];

  constructor(disk: MemoryDisk, zoho: Surroundings['zoho']) {
    this.disk = disk;
    this.zoho = zoho;
  }

  async findToken(token: Token.MasterModel): Promise<OAuthToken | null> {
    const named = fieldsOf(token);
    const row = this.matchFind(named);
    if (row === undefined) return null;
    if (this.isNewLogin(named, row)) {
      const { grantToken, refreshToken, accessToken, expiresIn, ...identity } = row;
      return this.fill(token as OAuthToken, identity);
    }
    return this.fill(token as OAuthToken, await this.fresh(row));
  }

  async findTokenById(id: string): Promise<OAuthToken | null> {
    const row = this.rows().find((one) => one.id === id);
    if (row === undefined) throw this.failure('Given ID is invalid');
    return this.fill(this.newToken(), await this.fresh(row));
  }

  async saveToken(token: Token.MasterModel): Promise<void> {
    const given = fieldsOf(token);
    const row = this.rowToUpdate(given);
    if (row === undefined) {
      this.assertHoldsSomething(given);
      const added = { ...given, id: this.newId() };
      this.write([...this.rows(), added]);
      (token as OAuthToken).setId(added.id);
      return;
    }
    const updated = this.merge(row, given);
    this.write([...this.rows().filter(({ id }) => id !== row.id), updated]);
    (token as OAuthToken).setId(row.id);
  }

  async deleteToken(id: string): Promise<void> {
    const { rows, deleted } = this.disk.read();
    if (!rows.some((row) => row.id === id)) return;
    this.disk.write({ rows: rows.filter((row) => row.id !== id), deleted: [...deleted, id] });
  }

  async getTokens(): Promise<OAuthToken[]> {
    return this.rows().map((row) => this.fill(this.newToken(), row));
  }

  async deleteTokens(): Promise<void> {
    const { rows, deleted } = this.disk.read();
    this.disk.write({ rows: [], deleted: [...deleted, ...rows.map(({ id }) => id)] });
  }

  /** The most recently saved last. */
  rows(): readonly Row[] {
    return this.disk.read().rows;
  }

  write(rows: readonly Row[]): void {
    this.disk.write({ rows, deleted: this.disk.read().deleted });
  }

  /** By user; else by access token where no client is named; else by grant, then refresh token. */
  matchFind(named: TokenFields): Row | undefined {
    if (named.userName !== undefined) return this.rowBy('userName', named);
    const namesNoClient = named.clientId === undefined && named.clientSecret === undefined;
    if (named.accessToken !== undefined && namesNoClient) return this.rowBy('accessToken', named);
    return this.rowBy('grantToken', named) ?? this.rowBy('refreshToken', named);
  }

  /** Undefined: it is a new token. */
  rowToUpdate(given: TokenFields): Row | undefined {
    const { id } = given;
    if (id !== undefined && this.isDeleted(id)) throw this.failure('This token was logged out');
    const row = this.rows().find((one) => one.id === id);
    if (row === undefined) return this.matchSave(given);
    const { userName = row.userName } = given;
    const isAnothers = row.userName !== undefined && !this.isSame(userName, row.userName);
    if (isAnothers) throw this.failure('This id is of another user');
    return row;
  }

  /** A name may join a token that has none yet; it never comes to another user's. */
  matchSave(given: TokenFields): Row | undefined {
    const mayBe = (row: Row | undefined) =>
      given.userName === undefined || row?.userName === undefined ? row : undefined;
    const order = given.clientId === undefined ? KEYS : [KEYS[0], KEYS[2], KEYS[3], KEYS[1]];
    for (const key of order) {
      const row = this.rowBy(key, given);
      const match = key === 'userName' ? row : mayBe(row);
      if (match !== undefined) return match;
    }
    return undefined;
  }

  rowBy(key: Key, named: TokenFields): Row | undefined {
    if (named[key] === undefined) return undefined;
    return this.rows().findLast(
      (row) => this.isSame(row[key], named[key]) && this.isSameClient(row, named, key),
    );
  }

  isSame(one: string | undefined, other: string | undefined): boolean {
    return one === other;
  }

  isSameClient(row: Row, { clientId }: TokenFields, _key: Key): boolean {
    return clientId === undefined || row.clientId === undefined || row.clientId === clientId;
  }

  /** Who names a user with a grant that is not the stored one has authorized anew. */
  isNewLogin({ userName, grantToken }: TokenFields, row: Row): boolean {
    return userName !== undefined && grantToken !== undefined && grantToken !== row.grantToken;
  }

  isDeleted(id: string): boolean {
    return this.disk.read().deleted.includes(id);
  }

  assertHoldsSomething({ accessToken, refreshToken, grantToken }: TokenFields): void {
    const held = accessToken ?? refreshToken ?? grantToken;
    if (held === undefined) throw this.failure('There is nothing to store');
  }

  newId(): string {
    const { rows, deleted } = this.disk.read();
    return `token-${rows.length + deleted.length + 1}`;
  }

  merge(row: Row, given: TokenFields): Row {
    return { ...row, ...given, id: row.id };
  }

  newToken(): OAuthToken {
    return new OAuthToken(null, null, null, null, null, null, null, null);
  }

  /** Sets what the token does not hold yet. */
  fill(token: OAuthToken, row: TokenFields): OAuthToken {
    const { id, userName, expiresIn, ...stored } = row;
    const own = fieldsOf(token);
    if (id !== undefined && own.id === undefined) token.setId(id);
    if (userName !== undefined && own.userName === undefined) {
      token.setUserSignature(new UserSignature(userName));
    }
    const setters = {
      clientId: (value: string) => token.setClientId(value),
      clientSecret: (value: string) => token.setClientSecret(value),
      grantToken: (value: string) => token.setGrantToken(value),
      refreshToken: (value: string) => token.setRefreshToken(value),
      accessToken: (value: string) => token.setAccessToken(value),
      redirectUrl: (value: string) => token.setRedirectURL(value),
      apiDomain: (value: string) => token.setAPIDomain(value),
    };
    for (const [name, set] of Object.entries(setters) as [
      keyof typeof setters,
      (v: string) => void,
    ][]) {
      const value = stored[name];
      if (value !== undefined && own[name] === undefined) set(value);
    }
    if (expiresIn !== undefined && own.expiresIn === undefined) token.setExpiresIn(expiresIn);
    return token;
  }

  /** The row with an access token that lasts: one refresh, however many ask. */
  async fresh(row: Row): Promise<Row> {
    const { expiresIn, id } = row;
    if (expiresIn === undefined || Number(expiresIn) - Date.now() > MIN_VALID_MS) return row;
    const { refreshToken, clientId, clientSecret } = row;
    if ([refreshToken, clientId, clientSecret].includes(undefined)) {
      throw this.failure('The user must authorize the application again');
    }
    await this.refreshOnce(row);
    return this.rows().find((one) => one.id === id) ?? row;
  }

  async refreshOnce(row: Row): Promise<void> {
    const underWay = this.disk.refreshing.get(row.id) ?? this.refresh(row);
    this.disk.refreshing.set(row.id, underWay);
    try {
      await underWay;
    } finally {
      this.disk.refreshing.delete(row.id);
    }
  }

  async refresh(row: Row): Promise<void> {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: row.clientId ?? '',
      client_secret: row.clientSecret ?? '',
      refresh_token: row.refreshToken ?? '',
    });
    const response = await fetch(this.zoho.accountsTokenUrl, { method: 'POST', body: form });
    const answer = (await response.json()) as Readonly<Record<string, unknown>>;
    const accessToken = answer['access_token'];
    if (!this.isGranted(response.status) || typeof accessToken !== 'string') return;
    const apiDomain = await this.knownDomain(answer['api_domain']);
    const expiresIn = String(Date.now() + this.lifeMs(answer));
    await this.saveToken(
      this.fill(this.newToken(), { id: row.id, accessToken, expiresIn, ...apiDomain }),
    );
  }

  isGranted(status: number): boolean {
    return status === 200;
  }

  async knownDomain(domain: unknown): Promise<TokenFields> {
    const isKnown = typeof domain === 'string' && Boolean(await DataCenter.get(domain));
    return isKnown ? { apiDomain: domain } : {};
  }

  lifeMs({ expires_in_sec: seconds, expires_in: expiresIn }: Readonly<Record<string, unknown>>) {
    if (typeof seconds === 'number') return seconds * 1_000;
    return typeof expiresIn === 'number' ? expiresIn * 1_000 : HOUR_MS;
  }

  /** The SDK's own exception, whose text would hold its details too. */
  failure(text: string): SDKException {
    return new SDKException('TOKEN_STORE', text);
  }
}
