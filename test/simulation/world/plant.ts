/** Bugs that a test plants, to see that the checks find them, and harder worlds to find bugs in. */
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
  /** How much faster a worker is than its share of the pace. */
  readonly paceFactor?: number;
  /** More of what is rare brings a bug out sooner: shares, in [0, 1]. */
  readonly rotating?: number;
  readonly spurious?: number;
  readonly workerDies?: number;
  readonly workerFreezes?: number;
  readonly changesDuringRefresh?: number;
  /** How often an operator asks for the refresh of each token. */
  readonly asksEveryMs?: number;
  readonly index?: (index: TokenIndex, role: Role) => TokenIndex;
  readonly vault?: (vault: TokenVault, role: Role) => TokenVault;
}
