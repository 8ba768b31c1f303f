/**
 * The composition root: from the environment to the parts an operation needs. Each function calls
 * the one that serves it, so that a bundle holds no client its function has no use for.
 */
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../lib/clock.ts';
import type { StoreParts } from '../../lib/operations/store-parts.ts';
import { ZohoProvider } from '../../lib/provider/zoho-provider.ts';
import { DEFAULT_REFRESH_POLICY, type RefreshPolicy } from '../../lib/refresh-policy.ts';
import { DynamoDbTokenIndex } from '../../lib/token-index/dynamodb-token-index.ts';
import { TokenLookup } from '../../lib/token-lookup.ts';
import { TokenReader } from '../../lib/token-reader.ts';
import { DEFAULT_REFRESH_TIMINGS, TokenRefresher } from '../../lib/token-refresher.ts';
import { SecretsManagerVault } from '../../lib/vault/secrets-manager-vault.ts';
import { dynamoDb, secretsManager } from './clients.ts';
import {
  dataCentres,
  minValidSeconds,
  recoveryWindowDays,
  secretPrefix,
  tableName,
} from './environment.ts';

const DAY_MS = 86_400_000;

const surroundings = {
  clock: systemClock,
  newId: () => randomBytes(16).toString('hex'),
  random: Math.random,
} satisfies Partial<StoreParts>;

/** For deleteTokens: the index alone. */
export function indexParts() {
  return {
    ...surroundings,
    index: new DynamoDbTokenIndex({ client: dynamoDb(), tableName: tableName() }),
  };
}

/** For what writes without asking a provider: save, list, restore. */
export function storageParts() {
  const { index } = indexParts();
  const vault = new SecretsManagerVault({
    client: secretsManager(),
    namePrefix: secretPrefix(),
    recoveryWindowDays: recoveryWindowDays(),
  });
  return {
    ...surroundings,
    index,
    vault,
    lookup: new TokenLookup(index),
    reader: new TokenReader({ index, vault, random: surroundings.random }),
    recoveryWindowMs: recoveryWindowDays() * DAY_MS,
  };
}

/** For what revokes at the provider as well. */
export function providerParts() {
  const { all, standard } = dataCentres();
  const provider = new ZohoProvider({ dataCentres: all, defaultDataCentre: standard });
  return { ...storageParts(), provider };
}

/** For what hands tokens out, and refreshes them where they are about to expire. */
export function refreshingParts(): StoreParts {
  const parts = providerParts();
  const policy: RefreshPolicy = {
    ...DEFAULT_REFRESH_POLICY,
    minValidMs: minValidSeconds() * 1000,
  };
  const refresher = new TokenRefresher({ ...parts, policy, timings: DEFAULT_REFRESH_TIMINGS });
  return { ...parts, policy, refresher };
}
