/**
 * The composition root: from the environment to the parts an operation needs. Each function calls
 * the one that serves it, so that a bundle holds no client its function has no use for.
 */
import { randomBytes } from 'node:crypto';
import { DynamoDbClientHealth } from '../../lib/client-health/dynamodb-client-health.ts';
import { systemClock } from '../../lib/clock.ts';
import type { StoreParts } from '../../lib/operations/store-parts.ts';
import { trustedApiHosts } from '../../lib/provider/api-hosts.ts';
import { providersFrom } from '../../lib/provider/named-providers.ts';
import { ZohoProvider } from '../../lib/provider/zoho-provider.ts';
import { DynamoDbDueIndex } from '../../lib/token-index/dynamodb-due-index.ts';
import { DynamoDbOperatorNotes } from '../../lib/token-index/dynamodb-operator-notes.ts';
import { DynamoDbTokenIndex } from '../../lib/token-index/dynamodb-token-index.ts';
import { TokenLookup } from '../../lib/token-lookup.ts';
import { TokenReader } from '../../lib/token-reader.ts';
import { DEFAULT_REFRESH_TIMINGS, TokenRefresher } from '../../lib/token-refresher.ts';
import { SecretsManagerVault } from '../../lib/vault/secrets-manager-vault.ts';
import { dynamoDb, secretsManager } from './clients.ts';
import {
  dataCentres,
  kmsKeyArn,
  providers,
  recoveryWindowDays,
  secretPrefix,
  storeName,
  tableName,
} from './environment.ts';
import { refreshPolicies } from './refresh-policies.ts';
import { Telemetry } from './telemetry.ts';

const DAY_MS = 86_400_000;

const surroundings = {
  clock: systemClock,
  newId: () => randomBytes(16).toString('hex'),
  random: Math.random,
} satisfies Partial<StoreParts>;

/** For deleteTokens: the index alone. */
export function indexParts(client = dynamoDb()) {
  const index = new DynamoDbTokenIndex({ client, tableName: tableName() });
  return { ...surroundings, index };
}

/** For the operator's list: the index, and what may be noted in it. No secret, no provider. */
export function consoleParts(client = dynamoDb()) {
  const notes = new DynamoDbOperatorNotes({ client, tableName: tableName() });
  return { ...indexParts(client), notes, policies: refreshPolicies() };
}

/** For what writes without asking a provider: save, list, restore. */
export function storageParts(client = dynamoDb()) {
  const { index } = indexParts(client);
  const vault = new SecretsManagerVault({
    client: secretsManager(),
    namePrefix: secretPrefix(),
    kmsKeyId: kmsKeyArn(),
    recoveryWindowDays: recoveryWindowDays(),
  });
  return {
    ...surroundings,
    index,
    vault,
    lookup: new TokenLookup(index),
    reader: new TokenReader({ index, vault, random: surroundings.random }),
    policies: refreshPolicies(),
    trustsApiHost: trustedApiHosts(dataCentres().all),
    recoveryWindowMs: recoveryWindowDays() * DAY_MS,
  };
}

/** For what revokes at the provider as well. */
export function providerParts(client = dynamoDb()) {
  const { all, standard } = dataCentres();
  const zoho = new ZohoProvider({ dataCentres: all, defaultDataCentre: standard });
  return { ...storageParts(client), provider: providersFrom(providers(), zoho) };
}

/** For what hands tokens out, and refreshes them where they are about to expire. */
export function refreshingParts() {
  const client = dynamoDb();
  const parts = providerParts(client);
  const table = { client, tableName: tableName() };
  const observer = new Telemetry(storeName());
  const health = new DynamoDbClientHealth(table);
  const timings = DEFAULT_REFRESH_TIMINGS;
  const refresher = new TokenRefresher({ ...parts, health, observer, timings });
  const due = new DynamoDbDueIndex(table);
  return { ...parts, due, observer, health, refresher };
}
