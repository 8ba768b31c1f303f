/** The table and the secret as an operator sees them, with every secret masked. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { secretPrefix } from '../../../infra/function-environment.ts';
import type { TokenJson } from '../../../lib/contract.ts';
import { type Item, keyRow, tokenRow } from '../../../lib/token-index/dynamodb-items.ts';
import { clientSettings } from '../../deployment.ts';
import type { Login } from '../cast.ts';
import { mask, short } from '../masks.ts';
import type { Stage } from '../stage.ts';

const SECRET_FIELDS = ['clientSecret', 'grantToken', 'refreshToken', 'accessToken'] as const;

export async function whatIsStored(stage: Stage, { grantToken, token }: Login): Promise<void> {
  const { narrator, deployment, client, tokenMark } = stage;
  const { clientSecret } = client;
  const { refreshToken, accessToken } = token;
  const secrets = { clientSecret, grantToken, refreshToken, accessToken };

  const items = await scanTable(stage);
  narrator.say(
    `The DynamoDB table ${deployment.tableName} is the index: one item for the token, and one for ` +
      'each key it can be found by. Keys are SHA-256 hashes.',
  );
  narrator.gap();
  narrator.table(items.map(describeItem).sort(), ['item', 'what it says']);
  narrator.gap();

  const name = `${secretPrefix(deployment.settings)}${token.id}`;
  const secret = await readSecret(stage, name);
  narrator.say('Secrets Manager has the token itself, all of it in one secret:');
  narrator.gap();
  narrator.table([
    ['name', `${secretPrefix(deployment.settings)}${short(token.id)}`],
    ['tags', secret.tags.join(', ')],
    ['version', short(secret.versionId)],
    ...Object.entries(secret.token).map(([field, value]) => [field, shown(field, value)]),
  ]);
  narrator.gap();

  const index = JSON.stringify(items);
  const row = items.filter((item) => item['pk']?.S === `token#${token.id}`).map(tokenRow)[0];
  narrator.check(
    "none of the token's 4 secrets stands in the index",
    Object.values(secrets).every((value) => value !== '' && !index.includes(value)),
  );
  narrator.check(
    'the secret holds all 4 of them',
    SECRET_FIELDS.every(
      (field) => secret.token[field] === secrets[field] && secrets[field].includes(tokenMark),
    ),
  );
  narrator.check(
    'the index names the version of the secret that counts',
    row?.versionId === secret.versionId,
  );
}

async function scanTable({ deployment }: Stage): Promise<Item[]> {
  const client = new DynamoDBClient(clientSettings(deployment.aws, 'operator'));
  const { Items = [] } = await client.send(new ScanCommand({ TableName: deployment.tableName }));
  client.destroy();
  return Items;
}

async function readSecret({ deployment }: Stage, name: string) {
  const client = new SecretsManagerClient(clientSettings(deployment.aws, 'operator'));
  const { Tags = [] } = await client.send(new DescribeSecretCommand({ SecretId: name }));
  const value = await client.send(new GetSecretValueCommand({ SecretId: name }));
  client.destroy();
  const { token } = JSON.parse(value.SecretString ?? '') as { readonly token: TokenJson };
  const tags = Tags.map(({ Key, Value }) => `${Key} = ${Value}`);
  return { token, tags, versionId: value.VersionId ?? '' };
}

function describeItem(item: Item): string[] {
  const partition = item['pk']?.S ?? '';
  const shortPartition = partition.split('#').map(short).join('#');
  if (partition.startsWith('key#')) {
    const ids = keyRow(item).entries.map(({ id }) => short(id));
    return [shortPartition, `token ${ids.join(', ')}`];
  }
  if (partition.startsWith('token#')) {
    const { userName, state, versionId } = tokenRow(item);
    return [shortPartition, `${state}, ${userName}, secret version ${short(versionId)}`];
  }
  return [shortPartition, ''];
}

function shown(field: string, value: unknown): string {
  if (SECRET_FIELDS.some((each) => each === field)) return mask(String(value));
  if (field === 'expiresAt') return new Date(Number(value)).toISOString();
  return field === 'id' ? short(String(value)) : String(value);
}
