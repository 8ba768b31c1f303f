/** The progress of housekeeping as one item of the index table, `job#housekeeper`. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { callAws, withoutPayload } from '../aws-failure.ts';
import { keyOf, PARTITION_KEY } from '../token-index/dynamodb-items.ts';
import type { HousekeepingProgress } from './housekeeping-progress.ts';

const PARTITION = 'job#housekeeper';
/** Of the JSON in `progress`. 2: two findings more. A run of another schema begins anew. */
const SCHEMA = '2';

/** Two runs at once: the later save would send the run back to where the slower one is. */
const NOT_SAVED_YET = `attribute_not_exists(${PARTITION_KEY})`;
const NOT_SAVED_SINCE = '#revision = :expectedRevision';

export interface DynamoDbHousekeepingProgressOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export class DynamoDbHousekeepingProgress implements HousekeepingProgress {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, tableName }: DynamoDbHousekeepingProgressOptions) {
    this.#client = client;
    this.#table = tableName;
  }

  load: HousekeepingProgress['load'] = async (deadline) => {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: keyOf(PARTITION),
      ConsistentRead: true,
    });
    const { Item } = await callAws((options) => this.#client.send(command, options), deadline);
    const json = Item?.['schema']?.N === SCHEMA ? Item['progress']?.S : undefined;
    return {
      progress: json === undefined ? undefined : JSON.parse(json),
      revision: Number(Item?.['revision']?.N ?? 0),
    };
  };

  save: HousekeepingProgress['save'] = async (progress, expected, deadline) => {
    const json = JSON.stringify(progress);
    const revision = String(expected + 1);
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        ...keyOf(PARTITION),
        progress: { S: json },
        schema: { N: SCHEMA },
        revision: { N: revision },
      },
      ...(expected === 0
        ? { ConditionExpression: NOT_SAVED_YET }
        : {
            ConditionExpression: NOT_SAVED_SINCE,
            ExpressionAttributeNames: { '#revision': 'revision' },
            ExpressionAttributeValues: { ':expectedRevision': { N: String(expected) } },
          }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await callAws((options) => this.#client.send(command, options), deadline, [
        ConditionalCheckFailedException,
      ]);
      return 'saved';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw withoutPayload(error);
      // The client repeats a call whose answer was lost: what stands may be this very save.
      return isThatSave(error.Item, json, revision) ? 'saved' : 'conflict';
    }
  };
}

function isThatSave(
  item: Record<string, AttributeValue> | undefined,
  json: string,
  revision: string,
): boolean {
  return item?.['progress']?.S === json && item['revision']?.N === revision;
}
