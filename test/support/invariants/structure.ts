/**
 * What holds between rows, keys and pinned versions at every moment, whatever died where: they are
 * written in one transaction, the secret before it.
 * Pure: no I/O, no clock, no environment.
 */
import { keysOf } from '../../../lib/token-index/lookup-key.ts';
import { isTombstone, type TokenRow } from '../../../lib/token-index/token-index.ts';
import { isSecretGone } from '../../../lib/token-row.ts';
import type { SecretContent } from '../../../lib/vault/token-vault.ts';
import type { StoreSnapshot } from './store-snapshot.ts';
import type { Violation } from './violation.ts';

export function structureViolations(snapshot: StoreSnapshot): Violation[] {
  return [
    ...duplicates(snapshot),
    ...strayKeys(snapshot),
    ...missingKeys(snapshot),
    ...brokenPins(snapshot),
  ];
}

function duplicates({ living }: StoreSnapshot): Violation[] {
  const first = new Map<string, string>();
  return living.flatMap(({ id, userName, clientId }): Violation[] => {
    if (userName === undefined) return [];
    const whose = JSON.stringify([userName, clientId]);
    const other = first.get(whose);
    first.set(whose, id);
    return other ? [{ invariant: 'duplicate', id, detail: `${whose} is ${other} too` }] : [];
  });
}

/** A token that deleteTokens logged out keeps its keys until the housekeeper buries it. */
function strayKeys({ keyRows, rows }: StoreSnapshot): Violation[] {
  return keyRows.flatMap(({ key, entries }) =>
    entries.flatMap(({ id, clientId }): Violation[] => {
      const row = rows.get(id);
      const why = strayBecause(row, key, clientId);
      return why === undefined ? [] : [{ invariant: 'stray-key', id, detail: `${key}: ${why}` }];
    }),
  );
}

function strayBecause(
  row: TokenRow | undefined,
  key: TokenRow['keys'][number],
  clientId: string | undefined,
): string | undefined {
  if (row === undefined) return 'there is no such token';
  if (isTombstone(row)) return `the token is ${row.state}`;
  if (!row.keys.includes(key)) return 'the token does not have it';
  return row.clientId === clientId ? undefined : `it says client ${clientId}`;
}

function missingKeys({ keyRows, living }: StoreSnapshot): Violation[] {
  const led = new Map(keyRows.map(({ key, entries }) => [key, entries.map(({ id }) => id)]));
  return living.flatMap(({ id, keys }) =>
    keys
      .filter((key) => !led.get(key)?.includes(id))
      .map((key): Violation => ({ invariant: 'missing-key', id, detail: key })),
  );
}

function brokenPins({ living, contents }: StoreSnapshot): Violation[] {
  return living.flatMap((row): Violation[] => {
    if (isSecretGone(row)) return [];
    const why = brokenBecause(row, contents.get(row.id));
    return why === undefined ? [] : [{ invariant: 'pin-broken', id: row.id, detail: why }];
  });
}

function brokenBecause(row: TokenRow, content: SecretContent | undefined): string | undefined {
  if (content === undefined) return `version ${row.versionId} cannot be read`;
  const { token } = content;
  if (content.id !== row.id) return `it is token ${content.id}'s`;
  if (content.revision > row.revision)
    return `it is of revision ${content.revision}, not ${row.revision}`;
  if (String(keysOf(token).toSorted()) !== String(row.keys.toSorted())) return 'it has other keys';
  const fields = [
    'userName',
    'clientId',
    'redirectUrl',
    'apiDomain',
    'provider',
    'expiresAtMs',
  ] as const;
  const other = fields.find((field) => token[field] !== row[field]);
  return other && `its ${other} is ${token[other]}, the row says ${row[other]}`;
}
