/** The index table: on demand, restorable to any second of the last 35 days, encrypted. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import {
  DUE_INDEX,
  DUE_INDEX_PROJECTION,
  PARTITION_KEY,
  TTL_ATTRIBUTE,
} from '../lib/token-index/dynamodb-items.ts';
import { tableName } from './resource-names.ts';
import type { StoreSettings } from './store-settings.ts';

export function tokenTable(scope: Construct, settings: StoreSettings): TableV2 {
  const keep = settings.stage === 'production';
  return new TableV2(scope, 'Table', {
    tableName: tableName(settings),
    partitionKey: { name: PARTITION_KEY, type: AttributeType.STRING },
    globalSecondaryIndexes: [
      {
        indexName: DUE_INDEX.name,
        partitionKey: { name: DUE_INDEX.shard, type: AttributeType.STRING },
        sortKey: { name: DUE_INDEX.dueAtMs, type: AttributeType.NUMBER },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: DUE_INDEX_PROJECTION,
      },
    ],
    billing: Billing.onDemand(),
    timeToLiveAttribute: TTL_ATTRIBUTE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: keep,
    removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
