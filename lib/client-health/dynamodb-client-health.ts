/**
 * How clients fare, counted in the index table: one small item per client and ten minutes, and one
 * per client whose trouble has been announced; DynamoDB drops them a day later. Client ids are
 * hashed, as every value in a key is.
 */
import { createHash } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { callAws, withoutPayload } from '../aws-failure.ts';
import type { Deadline } from '../deadline.ts';
import { type Item, keyOf, PARTITION_KEY, TTL_ATTRIBUTE } from '../token-index/dynamodb-items.ts';
import { UpdateExpression } from '../token-index/update-expression.ts';
import {
  ANNOUNCED_FOR_MS,
  BUCKET_MS,
  type ClientCredentials,
  type ClientHealth,
  type ClientKey,
  type FailedAttempt,
  MAX_ATTEMPTS,
  type OutcomeCounts,
  sumOf,
} from './client-health.ts';

const KEPT_SECONDS = 86_400;

/** Whoever makes an attempt again, or asks again for a lost answer: it has been counted. */
const ATTEMPT_IS_NEW =
  'attribute_not_exists(#attempts) OR ' +
  '(NOT contains(#attempts, :attempt) AND size(#attempts) < :mostAttempts)';

/** Many tokens of a client meet its trouble at once: one of them has it announced. */
const NOT_ANNOUNCED_LATELY = `attribute_not_exists(${PARTITION_KEY}) OR #atMs <= :staleMs`;
/** The one that was to have it announced may have died before it could. */
const MINE_TO_ANNOUNCE = '(#tokenId = :tokenId AND #atMs > :notedAtMs)';

export interface DynamoDbClientHealthOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export class DynamoDbClientHealth implements ClientHealth {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, tableName }: DynamoDbClientHealthOptions) {
    this.#client = client;
    this.#table = tableName;
  }

  addRefreshed: ClientHealth['addRefreshed'] = async (client, count, nowMs, deadline) => {
    await this.#add(client, 'refreshed', count, nowMs, deadline);
  };

  addFailure: ClientHealth['addFailure'] = async (client, failed, nowMs, deadline) => {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: keyOf(bucketPartition(client, nowMs - BUCKET_MS)),
      ConsistentRead: true,
    });
    const { Item } = await callAws((options) => this.#client.send(command, options), deadline);
    const current = hasAttempt(Item, failed)
      ? await this.#add(client, failed.kind, 0, nowMs, deadline)
      : await this.#addAttempt(client, failed, nowMs, deadline);
    return sumOf(countsOf(current), countsOf(Item));
  };

  announceBy: ClientHealth['announceBy'] = async (client, asking, nowMs, deadline) => {
    const { tokenId, notedAtMs = 0 } = asking;
    const update = untilDropped(nowMs)
      .set('tokenId', { S: tokenId })
      .set('atMs', { N: String(nowMs) });
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: keyOf(announcedPartition(client)),
      ...update.build(`${NOT_ANNOUNCED_LATELY} OR ${MINE_TO_ANNOUNCE}`, {
        ':staleMs': { N: String(nowMs - ANNOUNCED_FOR_MS) },
        ':notedAtMs': { N: String(notedAtMs) },
      }),
    });
    try {
      await callAws((options) => this.#client.send(command, options), deadline, [
        ConditionalCheckFailedException,
      ]);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw withoutPayload(error);
    }
  };

  endTrouble: ClientHealth['endTrouble'] = async (client, deadline) => {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: keyOf(announcedPartition(client)),
    });
    await callAws((options) => this.#client.send(command, options), deadline);
  };

  async #addAttempt(
    client: ClientKey,
    failed: FailedAttempt,
    nowMs: number,
    deadline: Deadline,
  ): Promise<Item | undefined> {
    const { kind, attempt } = failed;
    const update = untilDropped(nowMs).add(kind, 1).addTo('attempts', attempt);
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: keyOf(bucketPartition(client, nowMs)),
      ...update.build(ATTEMPT_IS_NEW, {
        ':attempt': { S: attempt },
        ':mostAttempts': { N: String(MAX_ATTEMPTS) },
      }),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      const { Attributes } = await callAws(
        (options) => this.#client.send(command, options),
        deadline,
        [ConditionalCheckFailedException],
      );
      return Attributes;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw withoutPayload(error);
      if (hasAttempt(error.Item, failed)) return error.Item;
      return this.#add(client, kind, 1, nowMs, deadline);
    }
  }

  /** Additions commute: they need no condition. One that is repeated counts twice. */
  async #add(
    client: ClientKey,
    kind: keyof OutcomeCounts,
    count: number,
    nowMs: number,
    deadline: Deadline,
  ): Promise<Item | undefined> {
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: keyOf(bucketPartition(client, nowMs)),
      ...untilDropped(nowMs).add(kind, count).build(),
      ReturnValues: 'ALL_NEW',
    });
    const { Attributes } = await callAws(
      (options) => this.#client.send(command, options),
      deadline,
    );
    return Attributes;
  }
}

function untilDropped(nowMs: number): UpdateExpression {
  const purgeAtSeconds = Math.ceil(nowMs / 1000) + KEPT_SECONDS;
  return new UpdateExpression().set(TTL_ATTRIBUTE, { N: String(purgeAtSeconds) });
}

const bucketPartition = (client: ClientKey, nowMs: number): string =>
  `${clientPartition(client)}#${Math.floor(nowMs / BUCKET_MS)}`;
const announcedPartition = (client: ClientCredentials): string =>
  `${clientPartition(client)}#announced#${client.secretHash}`;

function clientPartition({ provider = 'zoho', clientId }: ClientKey): string {
  const hash = createHash('sha256')
    .update(`latchkey/v1/client\0${provider}\0${clientId}`)
    .digest('hex');
  return `client#${hash}`;
}

function hasAttempt(item: Item | undefined, { attempt }: FailedAttempt): boolean {
  return item?.['attempts']?.SS?.includes(attempt) ?? false;
}

function countsOf(item: Item | undefined): OutcomeCounts {
  const count = (name: keyof OutcomeCounts) => Number(item?.[name]?.N ?? 0);
  return { refreshed: count('refreshed'), refused: count('refused'), faults: count('faults') };
}
