/**
 * The embedded AWS that the suites of this folder strike, with a table, a secret and the real SDK's
 * clients. Each test of a file that imports this has one of its own.
 */
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type EmbeddedAws, startEmbeddedAws } from '../../../../local/aws/embedded-aws.ts';
import { oneTryAt } from '../endpoint.ts';

export const TableName = 'tokens';
export const V1 = '1'.repeat(32);
export const V2 = '2'.repeat(32);
/** Drives the probabilities: the next numbers are what a test puts here. */
export const randomNumbers: number[] = [];
export let aws: EmbeddedAws;
export let dynamodb: DynamoDBClient;
export let secrets: SecretsManagerClient;
export let lambda: LambdaClient;

beforeEach(async () => {
  randomNumbers.length = 0;
  aws = await startEmbeddedAws({ random: () => randomNumbers.shift() ?? 1 });
  const options = oneTryAt(aws);
  dynamodb = new DynamoDBClient(options);
  secrets = new SecretsManagerClient(options);
  lambda = new LambdaClient(options);
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  await secrets.send(
    new CreateSecretCommand({ Name: 'secret', SecretString: 'v1', ClientRequestToken: V1 }),
  );
  aws.calls.length = 0;
});

afterEach(async () => {
  for (const client of [dynamodb, secrets, lambda]) client.destroy();
  await aws.close();
});

export const keyOf = (pk: string) => ({ pk: { S: pk } });
export const put = (pk = 'a') => dynamodb.send(new PutItemCommand({ TableName, Item: keyOf(pk) }));
export const read = async (pk = 'a') =>
  (await dynamodb.send(new GetItemCommand({ TableName, Key: keyOf(pk) }))).Item;
export const putSecret = () =>
  secrets.send(
    new PutSecretValueCommand({
      SecretId: 'secret',
      SecretString: 'v2',
      ClientRequestToken: V2,
    }),
  );
export const readSecret = (more: { VersionId?: string } = {}) =>
  secrets.send(new GetSecretValueCommand({ SecretId: 'secret', ...more }));
export const invoke = () => lambda.send(new InvokeCommand({ FunctionName: 'none' }));
