/** Batches, scans, and what a table says of itself. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ScanCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { failureOf } from '../endpoint.ts';
import { check, client, keyOf, put, TableName, uniqueKey } from './table-under-test.ts';

describe('batches, scans and settings', () => {
  check('a batch reads what is there', async () => {
    const [one, two] = [uniqueKey(), uniqueKey()];
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: [one, two].map((pk) => ({ PutRequest: { Item: keyOf(pk) } })),
        },
      }),
    );
    const { Responses = {}, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [TableName]: { ConsistentRead: true, Keys: [one, two, uniqueKey()].map(keyOf) },
        },
      }),
    );
    expect(Responses[TableName]).toEqual(expect.arrayContaining([keyOf(one), keyOf(two)]));
    expect(Responses[TableName]).toHaveLength(2);
    expect(UnprocessedKeys).toEqual({});
  });

  check('a batch with one key twice is refused', async () => {
    const call = client.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: [keyOf('a'), keyOf('a')] } },
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });

  check('a scan goes through all items in pages', async () => {
    const mark = uniqueKey();
    const keys = Array.from({ length: 5 }, uniqueKey);
    for (const pk of keys) await put(pk, { mark: { S: mark } });
    const found: string[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({
          TableName,
          Limit: 7,
          FilterExpression: 'mark = :mark',
          ExpressionAttributeValues: { ':mark': { S: mark } },
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        }),
      );
      found.push(...(page.Items ?? []).map((item) => item['pk']?.S ?? ''));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    expect(found.sort()).toEqual(keys.sort());
  });

  check('the table describes itself as on demand and active', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
  });

  check('time to live is accepted and described', async () => {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      }),
    );
    const { TimeToLiveDescription } = await client.send(
      new DescribeTimeToLiveCommand({ TableName }),
    );
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt' });
    expect(['ENABLING', 'ENABLED']).toContain(TimeToLiveDescription?.TimeToLiveStatus);
  });
});
