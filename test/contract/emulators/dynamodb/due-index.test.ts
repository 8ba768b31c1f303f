/** A sparse index of keys alone, in the order of time. */
import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { failureOf } from '../endpoint.ts';
import { check, client, due, keyOf, put, TableName, uniqueKey } from './table-under-test.ts';

describe('the due index', () => {
  check('comes in the order of time, keys only, without what is not due', async () => {
    const shard = uniqueKey();
    const times = [1_790_000_000_000, 999, 1_800_000_000_000, 1_780_000_000_000];
    for (const time of times) {
      await put(uniqueKey(), {
        dueShard: { S: shard },
        dueAtMs: { N: String(time) },
        more: { S: 'x' },
      });
    }
    const items = await due(shard, 1_790_000_000_000);
    expect(items.map((item) => item['dueAtMs']?.N)).toEqual([
      '999',
      '1780000000000',
      '1790000000000',
    ]);
    expect(Object.keys(items[0] ?? {}).sort()).toEqual(['dueAtMs', 'dueShard', 'pk']);
    expect(await due(shard, 1_790_000_000_000, 2)).toHaveLength(2);
  });

  check('an item without the attributes is not in it, one that loses them leaves it', async () => {
    const [pk, shard] = [uniqueKey(), uniqueKey()];
    await put(pk, { dueShard: { S: shard }, dueAtMs: { N: '1' } });
    expect(await due(shard, 10)).toHaveLength(1);
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(pk),
        UpdateExpression: 'REMOVE dueShard, dueAtMs',
      }),
    );
    expect(await due(shard, 10)).toEqual([]);
  });

  check('gives no strong reads', async () => {
    const call = client.send(
      new QueryCommand({
        TableName,
        IndexName: 'due',
        ConsistentRead: true,
        KeyConditionExpression: 'dueShard = :shard',
        ExpressionAttributeValues: { ':shard': { S: 'a' } },
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });
});
