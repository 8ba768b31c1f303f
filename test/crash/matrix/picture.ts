/**
 * What a store came to, in words that are the same however it came to it: without ids, times,
 * revisions, and without what a provider minted, which is another value each time.
 */
import type { TokenJson } from '../../../lib/contract.ts';
import { revealToken } from '../../../lib/token.ts';
import { kindOf } from '../../../lib/token-index/lookup-key.ts';
import { isTombstone, type TokenRow } from '../../../lib/token-index/token-index.ts';
import type { StoreSnapshot } from '../../support/invariants/store-snapshot.ts';
import type { CrashWorld } from '../world/crash-world.ts';

export interface Picture {
  /** By user and client: a line of what is known, and the content. */
  readonly living: ReadonlyMap<string, string>;
  readonly buried: readonly string[];
  /** What applications were told, once each; that a token was refreshed may be lost. */
  readonly events: readonly string[];
}

export function pictureOf(snapshot: StoreSnapshot, world: CrashWorld): Picture {
  const { rows, living, generation } = snapshot;
  const secretOf = ({ secretArn }: TokenRow) => {
    const secret = snapshot.secrets.find((listed) => listed.secretArn === secretArn);
    return secret === undefined || secret.inDeletion ? 'no secret' : 'secret';
  };
  const line = (row: TokenRow) => {
    const content = snapshot.contents.get(row.id);
    const token = content ? JSON.stringify(withoutMinted(revealToken(content.token), world)) : '-';
    const { failure, announce, checkedAtMs } = row;
    return [
      row.state,
      failure?.verdict ?? 'no failure',
      announce ?? 'nothing to announce',
      ...(checkedAtMs === undefined ? [] : ['checked']),
      row.keys.map(kindOf).join('+'),
      secretOf(row),
      token,
    ].join(', ');
  };
  const dead = [...rows.values()].filter((row) => isTombstone(row) || row.generation < generation);
  const events = world.aws.events
    .filter(({ detailType }) => detailType !== 'Token Refreshed')
    .map(({ detailType, detail }) => `${detailType}: ${nameOf(detail)}`);
  return {
    living: new Map(living.map((row) => [nameOf(row), line(row)] as const).sort()),
    buried: dead.map((row) => `${nameOf(row)} ${row.state}, ${secretOf(row)}`).sort(),
    events: [...new Set(events)].sort(),
  };
}

type Named = { readonly userName?: string; readonly clientId?: string };

/** A user has one token per client, and a test one token without a user. */
export function nameOf({ userName = '-', clientId = '-' }: Named): string {
  return `${userName} of ${clientId}`;
}

function withoutMinted(token: TokenJson, { providers }: CrashWorld): TokenJson {
  const { accessToken, refreshToken, expiresAt, ...others } = token;
  const shown = (value: string) => (providers.wasRefreshed(value) ? '(minted)' : value);
  const isMinted = accessToken !== undefined && providers.wasRefreshed(accessToken);
  return {
    ...others,
    ...(accessToken !== undefined && { accessToken: shown(accessToken) }),
    ...(refreshToken !== undefined && { refreshToken: shown(refreshToken) }),
    ...(expiresAt !== undefined && !isMinted && { expiresAt }),
  };
}
