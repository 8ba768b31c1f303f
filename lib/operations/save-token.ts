/**
 * saveToken: which token is meant, what it holds afterwards, and the order of the writes: secret
 * version first, index last. A save that loses a race reads again and goes on top.
 *
 *   save A   read r1 ── version ── commit r1→r2
 *   save B   read r1 ── version ─────────────── commit r1 refused ── read r2 ── commit r2→r3
 */
import { commitToken } from '../commit-token.ts';
import { awaitTurn } from '../contention.ts';
import type { SaveTokenResult } from '../contract.ts';
import type { Deadline } from '../deadline.ts';
import { LatchkeyError } from '../errors.ts';
import { findLeftBehind, mergeOver } from '../left-behind.ts';
import { withTrustedHost } from '../provider/api-hosts.ts';
import { policyOf } from '../refresh-policy.ts';
import type { SaveRequest } from '../requests.ts';
import type { Secret } from '../secret.ts';
import { mergeToken, sameToken, type Token } from '../token.ts';
import { keysOf, type LookupKey, lookupKeys } from '../token-index/lookup-key.ts';
import { isAlive, type TokenRow } from '../token-index/token-index.ts';
import type { Lookup } from '../token-lookup.ts';
import { matchSave, sameClient, sameUser } from '../token-match.ts';
import type { StoredToken } from '../token-reader.ts';
import { nextRow, supersededRow, type Writing } from '../token-row.ts';
import type { SecretContent, SecretVersion } from '../vault/token-vault.ts';
import { FirstSave } from './first-save.ts';
import { reviveSecret } from './revive-secret.ts';
import { assertRoom } from './room-for-keys.ts';
import { goneIn, mostRecentOf, rivalOf, stillLoggedOut } from './save-neighbours.ts';
import type { StoreParts } from './store-parts.ts';

export type SaveParts = Pick<
  StoreParts,
  | 'index'
  | 'vault'
  | 'reader'
  | 'lookup'
  | 'policies'
  | 'trustsApiHost'
  | 'clock'
  | 'newId'
  | 'random'
  | 'recoveryWindowMs'
>;

/** A version that an attempt wrote and could not commit; the next one may pin it as it is. */
interface Written {
  readonly version: SecretVersion;
  readonly token: Token;
}

/** What an attempt leaves to the next one: what to know, and what to read besides. */
interface Earlier {
  readonly keys?: readonly LookupKey[];
  readonly written?: Written;
}

type Attempt = { readonly done: SaveTokenResult } | Earlier;

/** The provider of tokens that name none. */
const ZOHO = 'zoho';

export class SaveToken {
  readonly #parts: SaveParts;

  constructor(parts: SaveParts) {
    this.#parts = parts;
  }

  /**
   * Stores a token, or updates the one it means.
   * @returns the token's id, and whether it is new
   * @throws LatchkeyError NOTHING_TO_STORE, TOKEN_TOO_LARGE, TOKEN_NOT_FOUND for an id that was
   *   deleted or logged out, CONFLICT for another user's id and for a key that too many tokens
   *   share, STORE_UNAVAILABLE
   */
  async save(request: SaveRequest, deadline: Deadline): Promise<SaveTokenResult> {
    this.#checkProvider(request.token);
    const first = new FirstSave(this.#parts);
    let last: Earlier = {};
    for (let attempt = 0; ; attempt += 1) {
      if (attempt > 0) await this.#awaitTurn(attempt, first, deadline);
      const keys = [...new Set([...keysOf(request.token), ...(last.keys ?? [])])];
      const ids = request.id === undefined ? [] : [request.id];
      const lookup = await this.#parts.lookup.read({ keys, ids }, deadline);
      const target = await this.#targetOf(request, lookup, deadline);
      const token = withTrustedHost(request.token, target?.provider, this.#parts.trustsApiHost);
      if (target === undefined) {
        const saved = await first.attempt(token, lookup, this.#writing(token), deadline);
        if (saved !== undefined) return saved;
        continue;
      }
      await first.letGo(deadline);
      const outcome = await this.#update(target, token, { lookup, keys }, last.written, deadline);
      if ('done' in outcome) return outcome.done;
      last = { ...last, ...outcome };
    }
  }

  async #awaitTurn(attempt: number, first: FirstSave, deadline: Deadline): Promise<void> {
    try {
      await awaitTurn(attempt, this.#parts.random(), deadline);
    } catch (error) {
      await first.letGo(deadline);
      throw error;
    }
  }

  #checkProvider({ provider = ZOHO }: Token): void {
    const known = [ZOHO, ...Object.keys(this.#parts.policies.ofProvider)];
    if (known.includes(provider)) return;
    throw new LatchkeyError(
      'INVALID_REQUEST',
      `token.provider: this store has no such provider. It has ${known.join(', ')}.`,
    );
  }

  /** The token that the save updates; undefined for a new one. */
  async #targetOf(
    { id, token }: SaveRequest,
    lookup: Lookup,
    deadline: Deadline,
  ): Promise<TokenRow | undefined> {
    const named = id === undefined ? undefined : await this.#namedRow(id, lookup, deadline);
    if (named === undefined || !sameClient(token.clientId, named.clientId)) {
      return matchSave(token, lookup.keyRows, lookup.living);
    }
    if (!sameUser(token.userName, named.userName)) {
      throw new LatchkeyError(
        'CONFLICT',
        `Token ${named.id} belongs to another user. Save without the id to store a new token.`,
      );
    }
    return named;
  }

  /** @throws LatchkeyError TOKEN_NOT_FOUND: a logout is not undone by a save that was under way */
  async #namedRow(id: string, lookup: Lookup, deadline: Deadline): Promise<TokenRow | undefined> {
    let row = lookup.rows.get(id);
    let { generation } = lookup;
    while (row?.state === 'superseded' && row.supersededBy !== undefined) {
      const successor: Lookup = await this.#parts.lookup.read(
        { keys: [], ids: [row.supersededBy] },
        deadline,
      );
      row = successor.rows.get(row.supersededBy);
      generation = successor.generation;
    }
    if (row === undefined || isAlive(row, generation)) return row;
    throw new LatchkeyError(
      'TOKEN_NOT_FOUND',
      `Token ${id} was deleted or logged out. Save without the id to store a new token.`,
    );
  }

  async #update(
    row: TokenRow,
    given: Token,
    seen: { readonly lookup: Lookup; readonly keys: readonly LookupKey[] },
    earlier: Written | undefined,
    deadline: Deadline,
  ): Promise<Attempt> {
    const { reader, index } = this.#parts;
    const stored = await this.#storedToken(row, deadline);
    if (stored?.row.revision !== row.revision) return { keys: row.keys };
    if (!knowsRecency(row, seen.keys)) return { keys: row.keys };
    const token = await this.#merged(stored, withoutFormer(given, stored), deadline);
    if (sameToken(token, stored.token)) return { done: { id: row.id, created: false } };
    const taken = keysOf(token).filter((key) => !row.keys.includes(key));
    assertRoom(taken, seen.lookup.keyRows, goneIn(seen.lookup));
    const rival = rivalOf(stored.row, token, seen.lookup);
    const keys = [...row.keys, ...(rival?.keys ?? [])];
    if (rival?.keys.some((key) => !seen.keys.includes(key))) return { keys };
    const written = await this.#write(stored, token, earlier, deadline);
    if (written === undefined) return { keys };
    const { version } = written;
    const after = nextRow(stored.row, token, version, this.#writing(token));
    const superseded = rival && this.#superseded(rival, row.id);
    const outcome = await commitToken(
      index,
      {
        before: stored.row,
        after,
        keyRows: seen.lookup.keyRows,
        keysRead: seen.keys,
        isGone: goneIn(seen.lookup),
        checks: stillLoggedOut(seen.lookup),
        keyChecks: mostRecentOf(given),
        ...(superseded && { superseded }),
      },
      deadline,
    );
    if (outcome === 'conflict') return { keys, written };
    reader.remember(version, { id: row.id, revision: after.revision, token });
    if (superseded) await this.#parts.vault.scheduleDeletion(superseded.before.secretArn, deadline);
    return { done: { id: row.id, created: false } };
  }

  /** Where a refresh has not ended, what it left in the secret is taken along. */
  async #merged({ row, token }: StoredToken, given: Token, deadline: Deadline): Promise<Token> {
    if (row.openFence === undefined) return mergeToken(token, given);
    const left = await findLeftBehind(this.#parts.vault, row, row.fence + 1, deadline);
    return mergeOver(token, left?.content.token, given);
  }

  #writing({ provider }: Token): Writing {
    const { clock, policies } = this.#parts;
    return {
      by: 'save',
      minted: false,
      nowMs: clock.nowMs(),
      policy: policyOf(policies, provider),
    };
  }

  /** What is stored, brought back first where its secret was deleted behind the store's back. */
  async #storedToken(row: TokenRow, deadline: Deadline): Promise<StoredToken | undefined> {
    const stored = await this.#parts.reader.tryRead(row, deadline);
    return stored === 'unreadable' ? reviveSecret(row, this.#parts, deadline) : stored;
  }

  async #write(
    { row, token: before }: StoredToken,
    token: Token,
    earlier: Written | undefined,
    deadline: Deadline,
  ): Promise<Written | undefined> {
    const { vault } = this.#parts;
    const reusable = earlier?.version.secretArn === row.secretArn;
    if (reusable && sameToken(earlier.token, token)) return earlier;
    const content = { id: row.id, revision: row.revision + 1, token };
    const put = await vault.write(row.secretArn, content, deadline);
    const version = put === 'gone' ? await this.#writeAnew(row, content, deadline) : put;
    if (version === undefined) return undefined;
    if (before.userName !== token.userName || before.clientId !== token.clientId) {
      await vault.relabel(version.secretArn, token, deadline);
    }
    return { version, token };
  }

  /**
   * Writes where the secret was gone. With the row as it was read, somebody deleted the secret by
   * hand, and this container had the content cached; else the token was deleted, and stays so.
   */
  async #writeAnew(
    row: TokenRow,
    content: SecretContent,
    deadline: Deadline,
  ): Promise<SecretVersion | undefined> {
    const { vault, reader } = this.#parts;
    const now = await reader.livingRow(row.id, deadline);
    if (now?.revision !== row.revision) return undefined;
    const revived = await reviveSecret(row, this.#parts, deadline);
    if (revived === undefined) return undefined;
    const version = await vault.write(revived.row.secretArn, content, deadline);
    return version === 'gone' ? undefined : version;
  }

  #superseded(rival: TokenRow, successorId: string) {
    const { clock, recoveryWindowMs } = this.#parts;
    const after = supersededRow(rival, successorId, clock.nowMs(), recoveryWindowMs);
    return { before: rival, after };
  }
}

/** Whether the key row was read that says which of the user's tokens was saved last. */
function knowsRecency({ userName }: TokenRow, keysRead: readonly LookupKey[]): boolean {
  const { user } = lookupKeys(userName === undefined ? {} : { userName });
  return user === undefined || keysRead.includes(user);
}

/**
 * What was given without the grant or refresh token that this token had before the present one: a
 * refresh token left in somebody's code does not displace a newer login. Where the newer one is
 * dead it may come back.
 */
function withoutFormer(given: Token, { row, token }: StoredToken): Token {
  if (row.state === 'needs-reauthorization') return given;
  const { grantToken, refreshToken, ...others } = given;
  const { grant, refresh } = lookupKeys(given);
  const isFormer = (key: LookupKey | undefined, present: Secret | undefined) =>
    key !== undefined && present !== undefined && row.formerKeys.includes(key);
  return {
    ...others,
    ...(grantToken && !isFormer(grant, token.grantToken) && { grantToken }),
    ...(refreshToken && !isFormer(refresh, token.refreshToken) && { refreshToken }),
  };
}
