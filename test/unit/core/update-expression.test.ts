/** Update expressions as DynamoDB takes them. */
import { UpdateExpression } from '../../../lib/token-index/update-expression.ts';

test('sets, removes and increments stand in one expression, every name aliased', () => {
  const update = new UpdateExpression()
    .set('state', { S: 'active' })
    .remove('leaseOwner')
    .increment('fence')
    .set('revision', { N: '2' });
  expect(update.build('#revision = :expected', { ':expected': { N: '1' } })).toEqual({
    UpdateExpression:
      'SET #state = :state, #revision = :revision REMOVE #leaseOwner ADD #fence :fence',
    ConditionExpression: '#revision = :expected',
    ExpressionAttributeNames: {
      '#state': 'state',
      '#leaseOwner': 'leaseOwner',
      '#fence': 'fence',
      '#revision': 'revision',
    },
    ExpressionAttributeValues: {
      ':state': { S: 'active' },
      ':revision': { N: '2' },
      ':fence': { N: '1' },
      ':expected': { N: '1' },
    },
  });
});

test('what is undefined is removed', () => {
  expect(new UpdateExpression().set('failure', undefined).build()).toEqual({
    UpdateExpression: 'REMOVE #failure',
    ExpressionAttributeNames: { '#failure': 'failure' },
  });
});

test('names of the condition alone are aliased too', () => {
  const built = new UpdateExpression().remove('a').build('attribute_not_exists(#b) OR #c = :c', {
    ':c': { S: 'c' },
  });
  expect(built.ExpressionAttributeNames).toEqual({ '#a': 'a', '#b': 'b', '#c': 'c' });
});
