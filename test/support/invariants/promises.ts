/**
 * What was promised to callers, held against what a container that was just started finds: whole
 * tokens by each of their keys, nothing that is gone. It finds without refreshing, so that looking
 * changes nothing.
 */
import type { TokenJson } from '../../../lib/contract.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import { LivingRow } from '../../../lib/operations/living-row.ts';
import { revealToken, tokenFromJson } from '../../../lib/token.ts';
import { TokenLookup } from '../../../lib/token-lookup.ts';
import { type StoredToken, TokenReader } from '../../../lib/token-reader.ts';
import type { StorePorts } from './store-snapshot.ts';
import type { Violation } from './violation.ts';

/** What the store must hold of one token. */
export interface Acknowledged {
  /**
   * What its acknowledged saves add up to, every field of it; several where a save was never
   * answered and may have been carried out or not.
   */
  readonly anyOf: readonly TokenJson[];
  /** Whether the provider minted this for the token: then it may stand in place of what was saved. */
  readonly isMinted?: (field: 'accessToken' | 'refreshToken', value: string) => boolean;
}

export interface Promises {
  /** By token id. */
  readonly saved?: ReadonlyMap<string, Acknowledged>;
  /** Ids of tokens that were deleted or logged out. */
  readonly gone?: Iterable<string>;
  /** By id of a token whose grant the provider holds: whether it takes this refresh token. */
  readonly grants?: ReadonlyMap<string, (refreshToken: string) => boolean>;
}

interface Found {
  readonly id: string;
  readonly token: TokenJson;
}

export async function promiseViolations(
  { index, vault }: StorePorts,
  { saved = new Map(), gone = [], grants = new Map() }: Promises,
  deadline: Deadline,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  const add = (invariant: Violation['invariant'], id: string, detail: string) =>
    violations.push({ invariant, id, detail });
  const reader = new TokenReader({ index, vault, random: () => 0.5 });
  const living = new LivingRow({ lookup: new TokenLookup(index) });
  const read = async (row: StoredToken['row'] | undefined): Promise<Found | undefined> => {
    const stored = row && (await reader.tryRead(row, deadline));
    if (stored === undefined || stored === 'unreadable') return undefined;
    return { id: stored.row.id, token: revealToken(stored.token) };
  };
  const byId = async (id: string) => read(await living.byId(id, deadline));
  const find = async (named: TokenJson) =>
    read(await living.matching(tokenFromJson(named), deadline));

  for (const [id, acknowledged] of saved) {
    const found = await byId(id);
    if (found === undefined) {
      add('save-lost', id, 'not found by its id');
      continue;
    }
    const broken = acknowledged.anyOf.map((token) => unlike(found.token, token, acknowledged));
    if (!broken.includes(undefined)) add('save-lost', id, `not whole: ${[...new Set(broken)]}`);
    for (const named of waysTo(found.token)) {
      const led = await find(named);
      const right = named.userName === undefined ? has(led?.token, named) : led?.id === found.id;
      if (!right) add('save-lost', id, `by its ${Object.keys(named)} leads to ${led?.id}`);
    }
  }
  for (const id of gone) {
    const found = await byId(id);
    if (found !== undefined) add('gone-found', id, `leads to ${found.id}`);
  }
  for (const [id, takes] of grants) {
    const held = (await byId(id))?.token.refreshToken;
    if (held === undefined || !takes(held)) add('grant-lost', id, `the store has ${held}`);
  }
  return violations;
}

/** The first field that is neither what was saved nor what the provider gave since. */
export function unlike(
  found: TokenJson,
  saved: TokenJson,
  { isMinted = () => false }: Acknowledged,
): string | undefined {
  const minted = (field: 'accessToken' | 'refreshToken') => {
    const value = found[field];
    return value !== undefined && isMinted(field, value);
  };
  const fields = new Set([...Object.keys(found), ...Object.keys(saved)] as (keyof TokenJson)[]);
  fields.delete('id');
  for (const field of fields) {
    if (found[field] === saved[field]) continue;
    if ((field === 'accessToken' || field === 'refreshToken') && minted(field)) continue;
    if (field === 'expiresAt' && minted('accessToken')) continue;
    return field;
  }
  return undefined;
}

/** Each key by itself; of a user's tokens the client says which one is meant. */
function waysTo({ userName, clientId, accessToken, grantToken, refreshToken }: TokenJson) {
  const client = clientId === undefined ? {} : { clientId };
  const ways: TokenJson[] = [];
  if (userName !== undefined && clientId !== undefined) ways.push({ userName, clientId });
  if (accessToken !== undefined) ways.push({ accessToken });
  if (grantToken !== undefined) ways.push({ ...client, grantToken });
  if (refreshToken !== undefined) ways.push({ ...client, refreshToken });
  return ways;
}

/** Two tokens may share a credential: then either is a right answer. */
function has(token: TokenJson | undefined, named: TokenJson): boolean {
  return (
    token !== undefined &&
    Object.entries(named).every(([field, value]) => token[field as keyof TokenJson] === value)
  );
}
