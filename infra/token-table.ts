/** The index table: on demand, restorable to any second of the last 35 days, encrypted. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { PARTITION_KEY, TTL_ATTRIBUTE } from '../lib/token-index/dynamodb-items.ts';
import type { StoreSettings } from './store-settings.ts';

export function tokenTable(scope: Construct, { store, stage }: StoreSettings): TableV2 {
  const keep = stage === 'production';
  return new TableV2(scope, 'Table', {
    tableName: `latchkey-${store}`,
    partitionKey: { name: PARTITION_KEY, type: AttributeType.STRING },
    billing: Billing.onDemand(),
    timeToLiveAttribute: TTL_ATTRIBUTE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: keep,
    removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
