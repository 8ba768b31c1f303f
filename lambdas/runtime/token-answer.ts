/** The stored token as a find answers it: in clear, because that is what was asked for. */
import type { TokenJson } from '../../lib/contract.ts';
import { revealToken } from '../../lib/token.ts';
import type { StoredToken } from '../../lib/token-reader.ts';

export function tokenAnswer(stored: StoredToken | undefined): TokenJson | null {
  return stored === undefined ? null : { id: stored.row.id, ...revealToken(stored.token) };
}
