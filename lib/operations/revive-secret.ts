/**
 * Brings back a living token's secret that was deleted behind the store's back: restored while
 * Secrets Manager still has it, else made anew for the content that is about to be saved.
 */
import type { Deadline } from '../deadline.ts';
import type { Token } from '../token.ts';
import type { TokenRow } from '../token-index/token-index.ts';
import type { StoredToken } from '../token-reader.ts';
import type { StoreParts } from './store-parts.ts';

/**
 * Lower than any row's: nobody takes a placeholder for the token. And always the same: the
 * placeholder of a worker that died before its commit is the next worker's, not in its way.
 */
const PLACEHOLDER_REVISION = 0;

/** The token with its secret back, or undefined where it has changed meanwhile. */
export async function reviveSecret(
  row: TokenRow,
  { vault, reader }: Pick<StoreParts, 'vault' | 'reader'>,
  deadline: Deadline,
): Promise<StoredToken | undefined> {
  if (await vault.cancelDeletion(row.secretArn, deadline)) {
    const stored = await reader.tryRead(row, deadline);
    if (stored !== 'unreadable') return stored;
  }
  const token = whatTheIndexKnows(row);
  const content = { id: row.id, revision: PLACEHOLDER_REVISION, token };
  const { secretArn } = await vault.create(content, token, deadline);
  return { row: { ...row, secretArn }, token };
}

function whatTheIndexKnows(row: TokenRow): Token {
  const { userName, clientId, redirectUrl, apiDomain, provider } = row;
  return {
    ...(userName !== undefined && { userName }),
    ...(clientId !== undefined && { clientId }),
    ...(redirectUrl !== undefined && { redirectUrl }),
    ...(apiDomain !== undefined && { apiDomain }),
    ...(provider !== undefined && { provider }),
  };
}
