/** Transactions: all or nothing, with reasons in order, and what no transaction may be. */
import { TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import { failureOf } from '../endpoint.ts';
import {
  addAction,
  check,
  client,
  due,
  get,
  keyOf,
  put,
  putAction,
  reasonsOf,
  TableName,
  transact,
  uniqueKey,
} from './table-under-test.ts';

describe('transactions', () => {
  check('put, update, delete and condition check together', async () => {
    const [made, changed, gone, checked] = [uniqueKey(), uniqueKey(), uniqueKey(), uniqueKey()];
    await put(changed, { n: { N: '1' } });
    await put(gone);
    await put(checked, { state: { S: 'active' } });
    await transact([
      putAction(made, 1, 'attribute_not_exists(pk)'),
      addAction(changed),
      { Delete: { TableName, Key: keyOf(gone) } },
      {
        ConditionCheck: {
          TableName,
          Key: keyOf(checked),
          ConditionExpression: '#s = :active',
          ExpressionAttributeNames: { '#s': 'state' },
          ExpressionAttributeValues: { ':active': { S: 'active' } },
        },
      },
    ]);
    expect(await get(made)).toMatchObject({ n: { N: '1' } });
    expect(await get(changed)).toMatchObject({ n: { N: '2' } });
    expect(await get(gone)).toBeUndefined();
    expect(await get(checked)).toEqual({ ...keyOf(checked), state: { S: 'active' } });
  });

  check('one condition fails: nothing is written, reasons come in order', async () => {
    const [fresh, taken] = [uniqueKey(), uniqueKey()];
    await put(taken, { n: { N: '7' } });
    const { message, reasons } = await reasonsOf(
      transact([putAction(fresh, 1), putAction(taken, 1, 'attribute_not_exists(pk)')]),
    );
    expect(message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
    );
    expect(reasons).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { ...keyOf(taken), n: { N: '7' } },
      },
    ]);
    expect(await get(fresh)).toBeUndefined();
    expect(await get(taken)).toMatchObject({ n: { N: '7' } });
  });

  check('every failed condition has its reason', async () => {
    const [one, two] = [uniqueKey(), uniqueKey()];
    const { reasons } = await reasonsOf(
      transact([
        putAction(one, 1, 'attribute_exists(pk)'),
        putAction(two, 1, 'attribute_exists(pk)'),
      ]),
    );
    expect(reasons.map(({ Code }) => Code)).toEqual([
      'ConditionalCheckFailed',
      'ConditionalCheckFailed',
    ]);
  });

  check('a failed condition check cancels, and does not touch its item', async () => {
    const [checked, written] = [uniqueKey(), uniqueKey()];
    const { reasons } = await reasonsOf(
      transact([
        {
          ConditionCheck: {
            TableName,
            Key: keyOf(checked),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
        putAction(written, 1),
      ]),
    );
    expect(reasons.map(({ Code }) => Code)).toEqual(['ConditionalCheckFailed', 'None']);
    expect(await get(checked)).toBeUndefined();
    expect(await get(written)).toBeUndefined();
  });

  check('an index entry is not left behind by a cancelled transaction', async () => {
    const [entry, taken, shard] = [uniqueKey(), uniqueKey(), uniqueKey()];
    await put(taken);
    await reasonsOf(
      transact([
        {
          Put: {
            TableName,
            Item: { ...keyOf(entry), dueShard: { S: shard }, dueAtMs: { N: '1' } },
          },
        },
        putAction(taken, 1, 'attribute_not_exists(pk)'),
      ]),
    );
    expect(await due(shard, 10)).toEqual([]);
  });

  check('two actions on one item are refused', async () => {
    const pk = uniqueKey();
    expect(await failureOf(transact([putAction(pk, 1), addAction(pk)]))).toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });

  check('a check and a write of one item are refused, whatever the check finds', async () => {
    const pk = uniqueKey();
    const ConditionCheck = {
      TableName,
      Key: keyOf(pk),
      ConditionExpression: 'attribute_exists(pk)',
    };
    expect(await failureOf(transact([{ ConditionCheck }, addAction(pk)]))).toMatchObject({
      name: 'ValidationException',
    });
  });

  check('100 actions are taken, 101 are refused', async () => {
    const keys = Array.from({ length: 101 }, uniqueKey);
    await transact(keys.slice(0, 100).map((pk) => putAction(pk, 1)));
    const call = transact(keys.map((pk) => putAction(pk, 1)));
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });

  check('a table that is not there', async () => {
    const call = transact([
      { Put: { TableName: 'no-such-table', Item: keyOf('a') } },
      putAction(uniqueKey(), 1),
    ]);
    expect(await failureOf(call)).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  check('of many transactions for one key one wins, whole', async () => {
    const shared = uniqueKey();
    const own = Array.from({ length: 12 }, uniqueKey);
    const results = await Promise.allSettled(
      own.map((pk, n) =>
        transact([putAction(pk, n), putAction(shared, n, 'attribute_not_exists(pk)')]),
      ),
    );
    const winners = own.filter((_, n) => results[n]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    const written = await Promise.all(own.map(get));
    expect(written.filter((item) => item !== undefined)).toHaveLength(1);
    expect((await get(shared))?.['n']).toEqual((await get(winners[0] ?? ''))?.['n']);
  });

  check('a transactional read never sees half a transaction', async () => {
    const [left, right] = [uniqueKey(), uniqueKey()];
    await transact([putAction(left, 0), putAction(right, 0)]);
    const pair = () =>
      client.send(
        new TransactGetItemsCommand({
          TransactItems: [left, right].map((pk) => ({ Get: { TableName, Key: keyOf(pk) } })),
        }),
      );
    await Promise.all([
      (async () => {
        for (let n = 1; n <= 20; n += 1) await transact([putAction(left, n), putAction(right, n)]);
      })(),
      (async () => {
        for (let reads = 0; reads < 20; reads += 1) {
          const { Responses = [] } = await pair().catch((error: Error) => {
            if (error.name === 'TransactionCanceledException') return { Responses: [] };
            throw error;
          });
          expect(Responses[0]?.Item?.['n']).toEqual(Responses[1]?.Item?.['n']);
        }
      })(),
    ]);
  });
});
