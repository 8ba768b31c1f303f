/**
 * The sides that a port's contract suite runs on: the memory twin, and the AWS adapter on the
 * embedded AWS or on the endpoint that an environment variable names.
 */
import { randomBytes } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ClientHealth } from '../../../lib/client-health/client-health.ts';
import { DynamoDbClientHealth } from '../../../lib/client-health/dynamodb-client-health.ts';
import { MemoryClientHealth } from '../../../lib/client-health/memory-client-health.ts';
import { DynamoDbHousekeepingProgress } from '../../../lib/housekeeping/dynamodb-housekeeping-progress.ts';
import type { HousekeepingProgress } from '../../../lib/housekeeping/housekeeping-progress.ts';
import { MemoryHousekeepingProgress } from '../../../lib/housekeeping/memory-housekeeping-progress.ts';
import type { DueIndex } from '../../../lib/token-index/due-index.ts';
import { DynamoDbDueIndex } from '../../../lib/token-index/dynamodb-due-index.ts';
import { DynamoDbOperatorNotes } from '../../../lib/token-index/dynamodb-operator-notes.ts';
import { DynamoDbTokenIndex } from '../../../lib/token-index/dynamodb-token-index.ts';
import { MemoryDueIndex } from '../../../lib/token-index/memory-due-index.ts';
import { MemoryOperatorNotes } from '../../../lib/token-index/memory-operator-notes.ts';
import { MemoryTokenIndex } from '../../../lib/token-index/memory-token-index.ts';
import type { OperatorNotes } from '../../../lib/token-index/operator-notes.ts';
import type { TokenIndex, TokenRow } from '../../../lib/token-index/token-index.ts';
import { MemoryVault } from '../../../lib/vault/memory-vault.ts';
import { SecretsManagerVault } from '../../../lib/vault/secrets-manager-vault.ts';
import type { TokenVault } from '../../../lib/vault/token-vault.ts';
import { CREDENTIALS, type Emulator, endpointOf } from '../../contract/emulators/endpoint.ts';
import { createIndexTable } from './index-table.ts';

export interface PortSide<Port> {
  readonly port: Port;
  readonly emulator: Emulator | 'memory';
  close(): Promise<void>;
}

type Start<Port> = () => Promise<PortSide<Port>>;

/** A token id like the store's own. */
export const newTokenId = (): string => randomBytes(16).toString('hex');

const inMemory = <Port>(port: Port): PortSide<Port> => ({
  port,
  emulator: 'memory',
  close: async () => {},
});

export const INDEX_SIDES: readonly (readonly [string, Start<TokenIndex>])[] = [
  ['MemoryTokenIndex', async () => inMemory(new MemoryTokenIndex())],
  [
    'DynamoDbTokenIndex',
    () => startOnDynamoDb((client, tableName) => new DynamoDbTokenIndex({ client, tableName })),
  ],
];

/** A due index with the token index whose rows it sees. */
export interface DuePorts {
  readonly index: TokenIndex;
  readonly due: DueIndex;
}

export const DUE_SIDES: readonly (readonly [string, Start<DuePorts>])[] = [
  ['MemoryDueIndex', async () => inMemory(memoryDuePorts())],
  [
    'DynamoDbDueIndex',
    () =>
      startOnDynamoDb((client, tableName) => ({
        index: new DynamoDbTokenIndex({ client, tableName }),
        due: new DynamoDbDueIndex({ client, tableName }),
      })),
  ],
];

function memoryDuePorts(rows = new Map<string, TokenRow>()): DuePorts {
  return { index: new MemoryTokenIndex(rows), due: new MemoryDueIndex(rows) };
}

/** An operator's notes with the two indexes whose rows they stand in. */
export interface NotesPorts extends DuePorts {
  readonly notes: OperatorNotes;
}

export const NOTES_SIDES: readonly (readonly [string, Start<NotesPorts>])[] = [
  [
    'MemoryOperatorNotes',
    async () => {
      const rows = new Map<string, TokenRow>();
      return inMemory({ ...memoryDuePorts(rows), notes: new MemoryOperatorNotes(rows) });
    },
  ],
  [
    'DynamoDbOperatorNotes',
    () =>
      startOnDynamoDb((client, tableName) => ({
        index: new DynamoDbTokenIndex({ client, tableName }),
        due: new DynamoDbDueIndex({ client, tableName }),
        notes: new DynamoDbOperatorNotes({ client, tableName }),
      })),
  ],
];

export const HEALTH_SIDES: readonly (readonly [string, Start<ClientHealth>])[] = [
  ['MemoryClientHealth', async () => inMemory(new MemoryClientHealth())],
  [
    'DynamoDbClientHealth',
    () => startOnDynamoDb((client, tableName) => new DynamoDbClientHealth({ client, tableName })),
  ],
];

export const PROGRESS_SIDES: readonly (readonly [string, Start<HousekeepingProgress>])[] = [
  ['MemoryHousekeepingProgress', async () => inMemory(new MemoryHousekeepingProgress())],
  [
    'DynamoDbHousekeepingProgress',
    () =>
      startOnDynamoDb((client, tableName) => {
        return new DynamoDbHousekeepingProgress({ client, tableName });
      }),
  ],
  [
    'DynamoDbHousekeepingProgress, where answers get lost and the client repeats its calls',
    () =>
      startOnDynamoDb((client, tableName) => {
        return new DynamoDbHousekeepingProgress({ client: puttingTwice(client), tableName });
      }),
  ],
];

/** The client, as if the first answer to every PutItem had been lost. */
function puttingTwice(client: DynamoDBClient): DynamoDBClient {
  const send: DynamoDBClient['send'] = async (command: PutItemCommand, ...rest: never[]) => {
    if (command instanceof PutItemCommand) await client.send(command).catch(() => undefined);
    return client.send(command, ...rest);
  };
  return Object.assign(Object.create(client), { send });
}

export const VAULT_SIDES: readonly (readonly [string, Start<TokenVault>])[] = [
  ['MemoryVault', async () => inMemory(new MemoryVault())],
  ['SecretsManagerVault', startSecretsManagerVault],
];

/** A port on a table of its own. */
async function startOnDynamoDb<Port>(
  portOf: (client: DynamoDBClient, tableName: string) => Port,
): Promise<PortSide<Port>> {
  const endpoint = await endpointOf('AWS_ENDPOINT_URL_DYNAMODB');
  const client = new DynamoDBClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  const tableName = `latchkey-port-${randomBytes(6).toString('hex')}`;
  await createIndexTable(client, tableName);
  return {
    port: portOf(client, tableName),
    emulator: endpoint.emulator,
    close: async () => {
      await client.send(new DeleteTableCommand({ TableName: tableName }));
      client.destroy();
      await endpoint.close();
    },
  };
}

async function startSecretsManagerVault(): Promise<PortSide<TokenVault>> {
  const endpoint = await endpointOf('AWS_ENDPOINT_URL_SECRETS_MANAGER');
  const client = new SecretsManagerClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  const namePrefix = `latchkey-port/${randomBytes(6).toString('hex')}/`;
  return {
    port: new SecretsManagerVault({ client, namePrefix, recoveryWindowDays: 7 }),
    emulator: endpoint.emulator,
    close: async () => {
      client.destroy();
      await endpoint.close();
    },
  };
}
