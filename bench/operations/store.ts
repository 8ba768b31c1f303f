/** The store as a function builds it, with its clients at hand for the bare calls beside it. */
import { randomBytes } from 'node:crypto';
import { dynamoDb, secretsManager } from '../../lambdas/runtime/clients.ts';
import { DynamoDbClientHealth } from '../../lib/client-health/dynamodb-client-health.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { SILENT_OBSERVER } from '../../lib/observer.ts';
import { trustedApiHosts } from '../../lib/provider/api-hosts.ts';
import { type DataCentres, ZOHO_DATA_CENTRES } from '../../lib/provider/zoho-data-centres.ts';
import { ZohoProvider } from '../../lib/provider/zoho-provider.ts';
import { DEFAULT_REFRESH_POLICY } from '../../lib/refresh-policy.ts';
import { DynamoDbDueIndex } from '../../lib/token-index/dynamodb-due-index.ts';
import { DynamoDbTokenIndex } from '../../lib/token-index/dynamodb-token-index.ts';
import { TokenLookup } from '../../lib/token-lookup.ts';
import { TokenReader } from '../../lib/token-reader.ts';
import { DEFAULT_REFRESH_TIMINGS, TokenRefresher } from '../../lib/token-refresher.ts';
import { TokenStore } from '../../lib/token-store.ts';
import { SecretsManagerVault } from '../../lib/vault/secrets-manager-vault.ts';

export const TABLE = 'latchkey-bench';
const SECRET_PREFIX = 'latchkey/bench/';
const RECOVERY_WINDOW_DAYS = 7;

export const dynamo = dynamoDb();
export const secrets = secretsManager();

export interface Surroundings {
  readonly clock: Clock;
  readonly dataCentres: DataCentres;
}

/** What the store's operations and a refresh are made of. */
export function storeParts({ clock, dataCentres }: Surroundings) {
  const table = { client: dynamo, tableName: TABLE };
  const index = new DynamoDbTokenIndex(table);
  const vault = new SecretsManagerVault({
    client: secrets,
    namePrefix: SECRET_PREFIX,
    recoveryWindowDays: RECOVERY_WINDOW_DAYS,
  });
  const surroundings = { clock, newId: randomId, random: Math.random };
  const parts = {
    ...surroundings,
    index,
    due: new DynamoDbDueIndex(table),
    health: new DynamoDbClientHealth(table),
    observer: SILENT_OBSERVER,
    vault,
    provider: new ZohoProvider({
      dataCentres,
      defaultDataCentre: ZOHO_DATA_CENTRES.us,
    }),
    trustsApiHost: trustedApiHosts(dataCentres),
    lookup: new TokenLookup(index),
    reader: new TokenReader({ index, vault, random: Math.random }),
    policies: { standard: DEFAULT_REFRESH_POLICY, ofProvider: {} },
    recoveryWindowMs: RECOVERY_WINDOW_DAYS * 86_400_000,
  };
  const refresher = new TokenRefresher({ ...parts, timings: DEFAULT_REFRESH_TIMINGS });
  return { ...parts, refresher };
}

export function store(): TokenStore {
  return new TokenStore(storeParts({ clock: systemClock, dataCentres: ZOHO_DATA_CENTRES }));
}

export function randomId(): string {
  return randomBytes(16).toString('hex');
}
