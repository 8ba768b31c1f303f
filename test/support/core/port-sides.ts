/**
 * The sides that a port's contract suite runs on: the memory twin, and the AWS adapter on the
 * embedded AWS or on the endpoint that an environment variable names.
 */
import { randomBytes } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDbTokenIndex } from '../../../lib/token-index/dynamodb-token-index.ts';
import { MemoryTokenIndex } from '../../../lib/token-index/memory-token-index.ts';
import type { TokenIndex } from '../../../lib/token-index/token-index.ts';
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
  ['DynamoDbTokenIndex', startDynamoDbIndex],
];

export const VAULT_SIDES: readonly (readonly [string, Start<TokenVault>])[] = [
  ['MemoryVault', async () => inMemory(new MemoryVault())],
  ['SecretsManagerVault', startSecretsManagerVault],
];

async function startDynamoDbIndex(): Promise<PortSide<TokenIndex>> {
  const endpoint = await endpointOf('AWS_ENDPOINT_URL_DYNAMODB');
  const client = new DynamoDBClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  const tableName = `latchkey-port-${randomBytes(6).toString('hex')}`;
  await createIndexTable(client, tableName);
  return {
    port: new DynamoDbTokenIndex({ client, tableName }),
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
