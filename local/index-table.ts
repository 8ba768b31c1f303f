/** The index table as `infra/token-table.ts` has it, for places without CloudFormation. */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import {
  DUE_INDEX,
  DUE_INDEX_PROJECTION,
  PARTITION_KEY,
} from '../lib/token-index/dynamodb-items.ts';

export function indexTable(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: PARTITION_KEY, AttributeType: 'S' },
      { AttributeName: DUE_INDEX.shard, AttributeType: 'S' },
      { AttributeName: DUE_INDEX.dueAtMs, AttributeType: 'N' },
    ],
    KeySchema: [{ AttributeName: PARTITION_KEY, KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: DUE_INDEX.name,
        KeySchema: [
          { AttributeName: DUE_INDEX.shard, KeyType: 'HASH' },
          { AttributeName: DUE_INDEX.dueAtMs, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: DUE_INDEX_PROJECTION },
      },
    ],
  };
}
