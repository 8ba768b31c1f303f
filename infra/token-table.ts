/** The index table: on demand, restorable to any second of the last 35 days, encrypted. */
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  ProjectionType,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import {
  DUE_INDEX,
  DUE_INDEX_PROJECTION,
  PARTITION_KEY,
  TTL_ATTRIBUTE,
} from '../lib/token-index/dynamodb-items.ts';
import { tableName } from './resource-names.ts';
import type { StoreSettings } from './store-settings.ts';

export function tokenTable(
  scope: Construct,
  settings: StoreSettings,
  encryptionKey: IKey | undefined,
): TableV2 {
  const keep = settings.stage === 'production';
  const table = new TableV2(scope, 'Table', {
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
  if (encryptionKey !== undefined) encryptWith(encryptionKey, table);
  return table;
}

/** Past the construct's own property, which wants to know the stack's Region before it is deployed. */
function encryptWith(key: IKey, table: TableV2): void {
  const resource = table.node.defaultChild as CfnGlobalTable;
  resource.sseSpecification = { sseEnabled: true, sseType: 'KMS' };
  resource.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: key.keyArn });
}
