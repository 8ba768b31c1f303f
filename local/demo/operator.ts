/** What an operator reads of the store: the table and the secrets, past the functions. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { TokenJson } from '../../lib/contract.ts';
import type { Item } from '../../lib/token-index/dynamodb-items.ts';
import { clientSettings, type LocalDeployment } from '../deployment.ts';

export async function scanTable(deployment: LocalDeployment): Promise<Item[]> {
  const client = new DynamoDBClient(clientSettings(deployment.aws, 'operator'));
  const { Items = [] } = await client.send(new ScanCommand({ TableName: deployment.tableName }));
  client.destroy();
  return Items;
}

export async function readSecret(deployment: LocalDeployment, name: string) {
  const client = new SecretsManagerClient(clientSettings(deployment.aws, 'operator'));
  const { Tags = [] } = await client.send(new DescribeSecretCommand({ SecretId: name }));
  const value = await client.send(new GetSecretValueCommand({ SecretId: name }));
  client.destroy();
  const { token } = JSON.parse(value.SecretString ?? '') as { readonly token: TokenJson };
  const tags = Tags.map(({ Key, Value }) => `${Key} = ${Value}`);
  return { token, tags, versionId: value.VersionId ?? '' };
}
