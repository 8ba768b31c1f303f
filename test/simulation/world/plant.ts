/** Bugs that a test plants, to see that the checks find them. */
import type { RefreshPolicy } from '../../../lib/refresh-policy.ts';
import type { TokenIndex } from '../../../lib/token-index/token-index.ts';
import type { TokenVault } from '../../../lib/vault/token-vault.ts';

/** The function that a container is of. */
export type Role =
  | 'worker'
  | 'find-token'
  | 'find-token-by-id'
  | 'get-access-token'
  | 'save-token'
  | 'delete-token';

export interface Plant {
  readonly policy?: Partial<RefreshPolicy>;
  readonly paceFactor?: number;
  readonly index?: (index: TokenIndex, role: Role) => TokenIndex;
  readonly vault?: (vault: TokenVault, role: Role) => TokenVault;
}
