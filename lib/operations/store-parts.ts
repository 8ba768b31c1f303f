/** What the operations are made of. The composition root builds it; each operation picks its own. */
import type { Clock } from '../clock.ts';
import type { Observer } from '../observer.ts';
import type { TrustsApiHost } from '../provider/api-hosts.ts';
import type { TokenProvider } from '../provider/token-provider.ts';
import type { RefreshPolicies } from '../refresh-policy.ts';
import type { DueIndex } from '../token-index/due-index.ts';
import type { TokenIndex } from '../token-index/token-index.ts';
import type { TokenLookup } from '../token-lookup.ts';
import type { TokenReader } from '../token-reader.ts';
import type { TokenRefresher } from '../token-refresher.ts';
import type { TokenVault } from '../vault/token-vault.ts';

export interface StoreParts {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  readonly provider: TokenProvider;
  readonly trustsApiHost: TrustsApiHost;
  readonly lookup: TokenLookup;
  readonly reader: TokenReader;
  readonly refresher: TokenRefresher;
  readonly due: DueIndex;
  readonly policies: RefreshPolicies;
  readonly observer: Observer;
  readonly clock: Clock;
  /** A new token id or lease owner: 128 random bits. */
  readonly newId: () => string;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  /** How long a deleted token can be restored. Milliseconds. */
  readonly recoveryWindowMs: number;
}
