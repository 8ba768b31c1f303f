/**
 * One store's services, its real adapters on them, and what a container of its functions is made
 * of: the same for whoever decides what becomes of the calls in between.
 */
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import type { RetryStrategyV2 } from '@smithy/types';
import { MAX_RECEIVE_COUNT, VISIBILITY_TIMEOUT_SECONDS } from '../../../infra/delivery-settings.ts';
import { DynamoDbClientHealth } from '../../../lib/client-health/dynamodb-client-health.ts';
import type { Clock } from '../../../lib/clock.ts';
import { EventBridgePublisher } from '../../../lib/events/eventbridge-publisher.ts';
import { DynamoDbHousekeepingProgress } from '../../../lib/housekeeping/dynamodb-housekeeping-progress.ts';
import { providersFrom } from '../../../lib/provider/named-providers.ts';
import { ZOHO_DATA_CENTRES } from '../../../lib/provider/zoho-data-centres.ts';
import { ZohoProvider } from '../../../lib/provider/zoho-provider.ts';
import { DEFAULT_REFRESH_POLICY } from '../../../lib/refresh-policy.ts';
import { SqsRefreshQueue } from '../../../lib/refresh-queue/sqs-refresh-queue.ts';
import { DynamoDbDueIndex } from '../../../lib/token-index/dynamodb-due-index.ts';
import { DynamoDbOperatorNotes } from '../../../lib/token-index/dynamodb-operator-notes.ts';
import { DynamoDbTokenIndex } from '../../../lib/token-index/dynamodb-token-index.ts';
import { SecretsManagerVault } from '../../../lib/vault/secrets-manager-vault.ts';
import type { ServiceCall } from '../../../local/aws/service.ts';
import type { Queue } from '../../../local/aws/sqs/queue.ts';
import { indexTable } from '../../../local/index-table.ts';
import { ObservedCalls } from '../../support/core/observed-calls.ts';
import { partsOver } from '../../support/core/parts-over.ts';
import type { StorePorts } from '../../support/invariants/store-snapshot.ts';
import { awsClients, type Send } from '../engine/aws-clients.ts';
import { InProcessAws, type InProcessAwsOptions } from '../engine/in-process-aws.ts';
import type { ContainerParts } from './functions.ts';
import { ROTATING, ROTATING_PROVIDER, ZOHO } from './token-endpoints.ts';

/** A bug that a test plants, to see that it is found. */
export interface Plant {
  readonly ports?: (ports: StorePorts) => StorePorts;
  /** Changes a request on its way. */
  readonly request?: (call: ServiceCall) => ServiceCall;
}

const STORE = 'crash';
export const TABLE = `latchkey-${STORE}`;
const SECRET_PREFIX = `latchkey/${STORE}/`;
const QUEUE = `${TABLE}-refresh`;
const DEAD_LETTERS = `${TABLE}-dead-letters`;
const RECOVERY_WINDOW_DAYS = 7;
const RECOVERY_WINDOW_MS = RECOVERY_WINDOW_DAYS * 86_400_000;
/** Of a function's time this is kept for its answer. */
export const RESERVE_MS = 500;

const rotating = {
  tokenUrl: `${ROTATING}/token`,
  revocationUrl: `${ROTATING}/revoke`,
  clientAuthentication: 'basic',
  accessTokenSeconds: 3_600,
  minIntervalSeconds: 60,
} as const;

export function storeServices(
  nowMs: () => number,
  more: Pick<InProcessAwsOptions, 'faults'> = {},
): InProcessAws {
  return new InProcessAws({
    nowMs,
    queues: [
      { name: DEAD_LETTERS, visibilityTimeoutSeconds: 30 },
      {
        name: QUEUE,
        visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
        redrive: { deadLetterQueue: DEAD_LETTERS, maxReceiveCount: MAX_RECEIVE_COUNT },
      },
    ],
    eventBuses: [STORE],
    ...more,
  });
}

export async function openStore(aws: InProcessAws, { clients }: StoreAdapters): Promise<void> {
  await aws.open();
  await clients.dynamoDb.send(new CreateTableCommand(indexTable(TABLE)));
}

export function refreshQueueOf(aws: InProcessAws): Queue {
  return aws.queue(QUEUE);
}

export type StoreAdapters = ReturnType<typeof storeAdapters>;

export interface AdapterChoices {
  readonly random?: () => number;
  readonly retryStrategy?: RetryStrategyV2;
}

/** @param send - what becomes of each request */
export function storeAdapters(send: Send, { random, retryStrategy }: AdapterChoices = {}) {
  const clients = awsClients(STORE, send, retryStrategy);
  const table = { client: clients.dynamoDb, tableName: TABLE, ...(random && { random }) };
  return {
    clients,
    index: new DynamoDbTokenIndex(table),
    due: new DynamoDbDueIndex(table),
    health: new DynamoDbClientHealth(table),
    progress: new DynamoDbHousekeepingProgress(table),
    notes: new DynamoDbOperatorNotes(table),
    vault: new SecretsManagerVault({
      client: clients.secretsManager,
      namePrefix: SECRET_PREFIX,
      recoveryWindowDays: RECOVERY_WINDOW_DAYS,
    }),
  };
}

export interface ContainerMakings {
  readonly aws: InProcessAws;
  readonly adapters: StoreAdapters;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  readonly plant: Plant;
}

export function containerParts({ aws, adapters, plant, ...own }: ContainerMakings): ContainerParts {
  const { vault, index, clients, ...others } = adapters;
  const standard = DEFAULT_REFRESH_POLICY;
  const parts = partsOver({
    ...others,
    ...own,
    ...(plant.ports?.({ index, vault }) ?? { index, vault }),
    provider: providersFrom(
      { [ROTATING_PROVIDER]: rotating },
      new ZohoProvider({
        dataCentres: ZOHO_DATA_CENTRES,
        defaultDataCentre: { ...ZOHO_DATA_CENTRES.us, accountsUrl: ZOHO },
      }),
    ),
    policies: { standard, ofProvider: { [ROTATING_PROVIDER]: standard } },
    observer: new ObservedCalls(),
    recoveryWindowMs: RECOVERY_WINDOW_MS,
  });
  return {
    ...parts,
    queue: new SqsRefreshQueue({ client: clients.sqs, queueUrl: aws.queueUrl(QUEUE) }),
    publisher: new EventBridgePublisher({ client: clients.eventBridge, eventBusName: STORE }),
    progress: others.progress,
    notes: others.notes,
    store: STORE,
  };
}
