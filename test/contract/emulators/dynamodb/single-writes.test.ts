/** Writes of one item: what they return, and what their conditions hold off. */
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { failureOf } from '../endpoint.ts';
import { check, client, get, keyOf, put, TableName, uniqueKey } from './table-under-test.ts';

describe('single writes', () => {
  check('an update returns the whole new item', async () => {
    const pk = uniqueKey();
    await put(pk, { fence: { N: '1' } });
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(pk),
        UpdateExpression: 'SET #o = :me, fence = fence + :one REMOVE gone',
        ConditionExpression: 'attribute_not_exists(#o) OR leaseUntil < :now',
        ExpressionAttributeNames: { '#o': 'leaseOwner' },
        ExpressionAttributeValues: {
          ':me': { S: 'me' },
          ':one': { N: '1' },
          ':now': { N: '5' },
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(Attributes).toEqual({ ...keyOf(pk), leaseOwner: { S: 'me' }, fence: { N: '2' } });
  });

  const failing = {
    put: (pk: string, returns?: 'ALL_OLD') =>
      client.send(
        new PutItemCommand({
          TableName,
          Item: keyOf(pk),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: returns,
        }),
      ),
    update: (pk: string, returns?: 'ALL_OLD') =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(pk),
          UpdateExpression: 'SET n = :two',
          ConditionExpression: 'n = :two',
          ExpressionAttributeValues: { ':two': { N: '2' } },
          ReturnValuesOnConditionCheckFailure: returns,
        }),
      ),
    delete: (pk: string, returns?: 'ALL_OLD') =>
      client.send(
        new DeleteItemCommand({
          TableName,
          Key: keyOf(pk),
          ConditionExpression: 'n > :two',
          ExpressionAttributeValues: { ':two': { N: '2' } },
          ReturnValuesOnConditionCheckFailure: returns,
        }),
      ),
  };
  for (const [verb, call] of Object.entries(failing)) {
    check(`a ${verb} whose condition fails returns the blocking item when asked`, async () => {
      const pk = uniqueKey();
      await put(pk, { n: { N: '1' } });
      expect(await failureOf(call(pk, 'ALL_OLD'))).toMatchObject({
        name: 'ConditionalCheckFailedException',
        message: 'The conditional request failed',
        Item: { ...keyOf(pk), n: { N: '1' } },
      });
      expect(await get(pk)).toMatchObject({ n: { N: '1' } });
    });

    check(`a ${verb} whose condition fails returns no item when not asked`, async () => {
      const pk = uniqueKey();
      await put(pk, { n: { N: '1' } });
      expect(await failureOf(call(pk))).toMatchObject({
        name: 'ConditionalCheckFailedException',
        Item: undefined,
      });
    });
  }

  check('a condition that fails because nothing is there returns no item', async () => {
    expect(await failureOf(failing.update(uniqueKey(), 'ALL_OLD'))).toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: undefined,
    });
  });

  check('of many takers of one lease one gets it', async () => {
    const pk = uniqueKey();
    await put(pk);
    const take = (owner: number) =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(pk),
          UpdateExpression: 'SET leaseOwner = :o',
          ConditionExpression: 'attribute_not_exists(leaseOwner)',
          ExpressionAttributeValues: { ':o': { N: String(owner) } },
        }),
      );
    const results = await Promise.allSettled(Array.from({ length: 16 }, (_, owner) => take(owner)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  check('a table that is not there', async () => {
    const call = client.send(new GetItemCommand({ TableName: 'no-such-table', Key: keyOf('a') }));
    expect(await failureOf(call)).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  check('an unused expression value is refused', async () => {
    const call = client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf('a'),
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '1' }, ':unused': { N: '1' } },
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });

  check('a reserved word is refused as an attribute name', async () => {
    const call = client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf('a'),
        UpdateExpression: 'SET owner = :n',
        ExpressionAttributeValues: { ':n': { N: '1' } },
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });
});
