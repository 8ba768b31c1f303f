/** Tokens to store: complete, as the Zoho SDK saves them, unless a test says otherwise. */
import type { TokenJson } from '../../../lib/contract.ts';
import { DEFAULT_REFRESH_POLICY } from '../../../lib/refresh-policy.ts';
import { type Token, tokenFromJson } from '../../../lib/token.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import { firstRow, type Writing } from '../../../lib/token-row.ts';
import { HOUR_MS } from './scripted-provider.ts';
import { START_MS } from './virtual-clock.ts';

/** A user's token of client C with an hour to live from `START_MS`. */
export function tokenOf(user: string, fields: TokenJson = {}): TokenJson {
  return {
    userName: user,
    clientId: 'C',
    clientSecret: 'C-secret',
    refreshToken: `${user}-refresh`,
    accessToken: `${user}-access`,
    expiresAt: START_MS + HOUR_MS,
    apiDomain: 'https://www.zohoapis.eu',
    ...fields,
  };
}

/** The same, expired a second ago. */
export function expiredTokenOf(user: string, fields: TokenJson = {}): TokenJson {
  return tokenOf(user, { expiresAt: START_MS - 1000, ...fields });
}

/** A save at that time, or what else is written then, by the standard policy. */
export function writingAt(nowMs: number, more: Partial<Writing> = {}): Writing {
  return { by: 'save', minted: false, nowMs, policy: DEFAULT_REFRESH_POLICY, ...more };
}

/** The first row of a token that holds these fields. */
export function rowOf(id: string, fields: TokenJson = {}, more: Partial<TokenRow> = {}): TokenRow {
  const token: Token = tokenFromJson(fields);
  const version = { secretArn: `arn:${id}`, versionId: `${id}-v1` };
  return { ...firstRow(id, token, version, 0, writingAt(START_MS)), ...more };
}
