/** What a container is made of, over the ports that a test chose, with caches of its own. */
import type { ClientHealth } from '../../../lib/client-health/client-health.ts';
import type { StoreParts } from '../../../lib/operations/store-parts.ts';
import { trustedApiHosts } from '../../../lib/provider/api-hosts.ts';
import { ZOHO_DATA_CENTRES } from '../../../lib/provider/zoho-data-centres.ts';
import { TokenLookup } from '../../../lib/token-lookup.ts';
import { TokenReader } from '../../../lib/token-reader.ts';
import { DEFAULT_REFRESH_TIMINGS, TokenRefresher } from '../../../lib/token-refresher.ts';

/** Zoho's own hosts, and no others. */
const trustsApiHost = trustedApiHosts(ZOHO_DATA_CENTRES);

export type OutsideParts = Omit<StoreParts, 'reader' | 'refresher' | 'lookup' | 'trustsApiHost'> & {
  readonly health: ClientHealth;
};

export function partsOver(outside: OutsideParts): StoreParts & OutsideParts {
  const reader = new TokenReader(outside);
  const refresher = new TokenRefresher({ ...outside, reader, timings: DEFAULT_REFRESH_TIMINGS });
  const lookup = new TokenLookup(outside.index);
  return { ...outside, reader, refresher, lookup, trustsApiHost };
}
