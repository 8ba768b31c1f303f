/**
 * Which tokens a page of the operator's list shows. The index has no order and no filter: so many
 * tokens are looked at as time and a budget allow, the most urgent of them come first, and the list
 * says how many it has looked at and where to go on.
 */
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import { policyOf, type RefreshPolicies } from '../refresh-policy.ts';
import { lookupKeys } from '../token-index/lookup-key.ts';
import type { TokenIndex } from '../token-index/token-index.ts';
import { isTokenId } from '../vault/token-vault.ts';
import {
  type Condition,
  conditionOf,
  type Filter,
  groupOf,
  isUnchecked,
  passes,
  type SeenToken,
  urgencyOf,
} from './token-condition.ts';

/** What an operator wants to see. */
export interface View {
  readonly filter: Filter;
  /** A user name or a token id, exactly: instead of a look at many. */
  readonly find?: string;
  /** Where an earlier look ended. */
  readonly cursor?: string;
  /** How many of the tokens found come before this page. */
  readonly offset: number;
  /** How many tokens the first page's look saw: the next ones are pages of the same look. */
  readonly looked?: number;
}

export interface ListedToken extends SeenToken {
  readonly condition: Condition;
}

export type Counts = Readonly<Record<Exclude<Filter, 'all'> | 'looked', number>>;

export interface Listing {
  /** Of the tokens found, the page that the view asks for. */
  readonly tokens: readonly ListedToken[];
  readonly found: number;
  /** Of the tokens looked at. */
  readonly counts: Counts;
  /** Where to go on; absent when there is no more. */
  readonly cursor?: string;
}

export const TOKENS_PER_PAGE = 25;
/** A small store is looked at whole, so that what is urgent comes first and is counted. */
const LOOKED_AT_LEAST = 500;
/**
 * At some 2.5 KB a token with its key rows this is 5 MB: 1,250 read units, strongly consistent, of
 * the 3,000 a second that a partition has for everybody.
 */
const LOOKED_AT_MOST = 2_000;
const ROWS_PER_READ = 100;
/** A user's tokens, those that were saved last: a user of many clients is no list for people. */
const FOUND_AT_MOST = 90;
const LOOK_MS = 5_000;
/** With less time than this the answer is made of what there is. */
const RESERVE_MS = 2_000;

export interface TokenListOptions {
  readonly index: Pick<TokenIndex, 'read' | 'page'>;
  readonly policies: RefreshPolicies;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export class TokenList {
  readonly #o: TokenListOptions;

  constructor(options: TokenListOptions) {
    this.#o = options;
  }

  /** @throws LatchkeyError INVALID_REQUEST for a cursor of no page, STORE_UNAVAILABLE */
  async look(view: View, deadline: Deadline): Promise<Listing> {
    const { find } = view;
    if (find === undefined) return this.#scan(view, deadline);
    const tokens = await this.#find(find, deadline);
    return listing(tokens, { ...view, filter: 'all' }, undefined);
  }

  async #scan(view: View, deadline: Deadline): Promise<Listing> {
    const { index, clock } = this.#o;
    const seen: ListedToken[] = [];
    const untilMs = clock.nowMs() + LOOK_MS;
    const { filter, looked } = view;
    let matches = 0;
    let { cursor } = view;
    for (;;) {
      const page = await index.page(
        { limit: ROWS_PER_READ, ...(cursor !== undefined && { cursor }) },
        deadline,
      );
      for (const row of page.rows) {
        const token = this.#listed({ row, generation: page.generation });
        seen.push(token);
        if (passes(filter, token, token.condition)) matches += 1;
      }
      cursor = page.cursor;
      const wanted = looked ?? (matches >= TOKENS_PER_PAGE ? LOOKED_AT_LEAST : LOOKED_AT_MOST);
      const enough = seen.length >= Math.min(wanted, LOOKED_AT_MOST);
      const late = clock.nowMs() >= untilMs || deadline.remainingMs() < RESERVE_MS;
      if (cursor === undefined || enough || late) break;
    }
    return listing(seen, view, cursor);
  }

  async #find(find: string, deadline: Deadline): Promise<ListedToken[]> {
    const { index } = this.#o;
    const named = isTokenId(find) ? [find] : [];
    const { user } = lookupKeys({ userName: find });
    const first = await index.read({ ids: named, keys: user ? [user] : [] }, deadline);
    const entries = (user && first.keyRows.get(user)?.entries) ?? [];
    const newest = entries.slice(-FOUND_AT_MOST).map(({ id }) => id);
    const ids = [...new Set([...named, ...newest])];
    if (ids.length === 0) return [];
    const { rows, generation } = await index.read({ ids }, deadline);
    return [...rows.values()].map((row) => this.#listed({ row, generation }));
  }

  #listed({ row, generation }: Pick<SeenToken, 'row' | 'generation'>): ListedToken {
    const { policies, clock } = this.#o;
    const token = { row, generation, policy: policyOf(policies, row.provider) };
    return { ...token, condition: conditionOf(token, clock.nowMs()) };
  }
}

function listing(
  seen: readonly ListedToken[],
  { filter, offset }: View,
  cursor: string | undefined,
): Listing {
  const found = seen
    .filter((token) => passes(filter, token, token.condition))
    .map((token) => ({ token, urgency: urgencyOf(token, token.condition) }))
    .sort((a, b) => a.urgency - b.urgency || mostRecent(b.token) - mostRecent(a.token));
  return {
    tokens: found.slice(offset, offset + TOKENS_PER_PAGE).map(({ token }) => token),
    found: found.length,
    counts: countsOf(seen),
    ...(cursor !== undefined && { cursor }),
  };
}

/** When something last became of it. */
function mostRecent({ row }: ListedToken): number {
  return row.deletedAtMs ?? row.failure?.atMs ?? row.refreshedAtMs ?? row.writtenAtMs;
}

function countsOf(seen: readonly ListedToken[]): Counts {
  const inGroup = (group: ReturnType<typeof groupOf>) =>
    seen.filter(({ condition }) => groupOf(condition) === group).length;
  return {
    looked: seen.length,
    failing: inGroup('failing'),
    'needs-reauthorization': inGroup('needs-reauthorization'),
    unchecked: seen.filter((token) => isUnchecked(token, token.condition)).length,
    active: inGroup('active'),
    idle: inGroup('idle'),
    deleted: inGroup('deleted'),
  };
}
