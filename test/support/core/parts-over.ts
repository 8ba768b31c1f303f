/** What a container is made of, over the ports that a test chose, with caches of its own. */
import type { ClientHealth } from '../../../lib/client-health/client-health.ts';
import type { StoreParts } from '../../../lib/operations/store-parts.ts';
import { TokenLookup } from '../../../lib/token-lookup.ts';
import { TokenReader } from '../../../lib/token-reader.ts';
import { DEFAULT_REFRESH_TIMINGS, TokenRefresher } from '../../../lib/token-refresher.ts';

export type OutsideParts = Omit<StoreParts, 'reader' | 'refresher' | 'lookup'> & {
  readonly health: ClientHealth;
};

export function partsOver(outside: OutsideParts): StoreParts & OutsideParts {
  const reader = new TokenReader(outside);
  const refresher = new TokenRefresher({ ...outside, reader, timings: DEFAULT_REFRESH_TIMINGS });
  return { ...outside, reader, refresher, lookup: new TokenLookup(outside.index) };
}
