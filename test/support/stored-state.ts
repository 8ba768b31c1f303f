/**
 * What a store keeps behind its front door, for suites that look at every station of the way: index
 * rows, secret versions, messages and dead letters.
 */
import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { deadLetterQueueName, refreshQueueName } from '../../infra/resource-names.ts';
import type { StoreSettings } from '../../infra/store-settings.ts';
import type { TokenJson } from '../../lib/contract.ts';
import {
  type Item,
  keyOf,
  tokenPartition,
  tokenRow,
} from '../../lib/token-index/dynamodb-items.ts';
import type { TokenRow } from '../../lib/token-index/token-index.ts';
import { clientSettings } from '../../local/deployment.ts';

/** Where a store is: on the embedded AWS, or on another that answers at one address. */
export interface StoreLocation {
  readonly aws: { readonly url: string; queueUrl(name: string): string };
  readonly settings: Pick<StoreSettings, 'store'>;
  readonly tableName: string;
}

export class StoredState {
  readonly dynamoDb: DynamoDBClient;
  readonly secretsManager: SecretsManagerClient;
  readonly sqs: SQSClient;
  readonly #table: string;
  readonly #queueUrl: string;
  readonly #deadLettersUrl: string;

  constructor({ aws, settings, tableName }: StoreLocation) {
    const client = clientSettings(aws);
    this.dynamoDb = new DynamoDBClient(client);
    this.secretsManager = new SecretsManagerClient(client);
    this.sqs = new SQSClient(client);
    this.#table = tableName;
    this.#queueUrl = aws.queueUrl(refreshQueueName(settings));
    this.#deadLettersUrl = aws.queueUrl(deadLetterQueueName(settings));
  }

  close(): void {
    for (const client of [this.dynamoDb, this.secretsManager, this.sqs]) client.destroy();
  }

  async row(id: string): Promise<TokenRow> {
    const { Item } = await this.dynamoDb.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: keyOf(tokenPartition(id)),
        ConsistentRead: true,
      }),
    );
    if (Item === undefined) throw new Error(`There is no row ${id}.`);
    return tokenRow(Item);
  }

  async items(): Promise<readonly Item[]> {
    const { Items = [] } = await this.dynamoDb.send(new ScanCommand({ TableName: this.#table }));
    return Items;
  }

  /** The token in the version that the index row pins. */
  async pinned(id: string): Promise<TokenJson> {
    const { secretArn, versionId } = await this.row(id);
    return this.#version({ SecretId: secretArn, VersionId: versionId });
  }

  /** The token in the version that Secrets Manager has as the current one. */
  async current(id: string): Promise<TokenJson> {
    const { secretArn } = await this.row(id);
    return this.#version({ SecretId: secretArn, VersionStage: 'AWSCURRENT' });
  }

  async isSecretInDeletion(id: string): Promise<boolean> {
    const { secretArn } = await this.row(id);
    const { DeletedDate } = await this.secretsManager.send(
      new DescribeSecretCommand({ SecretId: secretArn }),
    );
    return DeletedDate !== undefined;
  }

  async sendToWorkers(body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: this.#queueUrl, MessageBody: body }));
  }

  /** How many messages wait in the refresh queue, and how many are with a worker or come back. */
  async queued(): Promise<{ readonly waiting: number; readonly inFlight: number }> {
    const { Attributes = {} } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.#queueUrl, AttributeNames: ['All'] }),
    );
    return {
      waiting: Number(Attributes['ApproximateNumberOfMessages']),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
    };
  }

  /** Takes up to so many messages out of the refresh queue, where no worker does. */
  drainQueue(most: number): Promise<string[]> {
    return this.#drain(this.#queueUrl, most);
  }

  /** Takes the dead letters out of their queue. */
  takeDeadLetters(): Promise<string[]> {
    return this.#drain(this.#deadLettersUrl, Number.POSITIVE_INFINITY);
  }

  async #drain(QueueUrl: string, most: number): Promise<string[]> {
    const bodies: string[] = [];
    while (bodies.length < most) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(10, most - bodies.length),
        }),
      );
      if (Messages.length === 0) break;
      for (const { Body = '', ReceiptHandle } of Messages) {
        bodies.push(Body);
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
    return bodies;
  }

  async #version(version: {
    readonly SecretId: string;
    readonly VersionId?: string;
    readonly VersionStage?: string;
  }): Promise<TokenJson> {
    const { SecretString = '' } = await this.secretsManager.send(
      new GetSecretValueCommand(version),
    );
    return (JSON.parse(SecretString) as { readonly token: TokenJson }).token;
  }
}
