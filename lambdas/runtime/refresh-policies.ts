/** When tokens are refreshed, as the deployment has it: from the environment to the policies. */
import type { ProviderSettings } from '../../lib/provider/provider-settings.ts';
import {
  DEFAULT_REFRESH_POLICY,
  type RefreshPolicies,
  type RefreshPolicy,
} from '../../lib/refresh-policy.ts';
import { idleAfterDays, minValidSeconds, providers, refreshMarginSeconds } from './environment.ts';

const DAY_MS = 86_400_000;

export function refreshPolicies(): RefreshPolicies {
  const standard: RefreshPolicy = {
    ...DEFAULT_REFRESH_POLICY,
    minValidMs: minValidSeconds() * 1000,
    marginMs: refreshMarginSeconds() * 1000,
    idleAfterMs: idleAfterDays() * DAY_MS,
  };
  const ofProvider = Object.entries(providers()).map(([name, provider]) => [
    name,
    { ...standard, ...ownPolicy(provider) },
  ]);
  return { standard, ofProvider: Object.fromEntries(ofProvider) };
}

function ownPolicy({
  accessTokenSeconds,
  minIntervalSeconds,
  keepAliveSeconds,
}: ProviderSettings): Partial<RefreshPolicy> {
  return {
    assumedLifetimeMs: accessTokenSeconds * 1000,
    minIntervalMs: minIntervalSeconds * 1000,
    ...(keepAliveSeconds !== undefined && { keepAliveMs: keepAliveSeconds * 1000 }),
  };
}
