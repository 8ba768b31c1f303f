/** Which calls a fault of the embedded AWS strikes. */
import { failureOf } from '../endpoint.ts';
import { aws, put, randomNumbers, read, readSecret } from './aws-under-test.ts';

describe('which calls are struck', () => {
  test('one, by default', async () => {
    aws.faults.add({ kind: { type: 'throttle' } });
    await failureOf(put());
    await put();
    expect(aws.faults.pending).toBe(0);
  });

  test('the n-th that matches service, action and caller', async () => {
    aws.faults.add({
      service: 'dynamodb',
      action: 'PutItem',
      caller: 'local',
      skip: 1,
      times: 2,
      kind: { type: 'serverError' },
    });
    await put();
    await read();
    await readSecret();
    await failureOf(put());
    await failureOf(put());
    await put();
    expect(aws.calls.map(({ action, statusCode }) => `${action} ${statusCode}`)).toEqual([
      'PutItem 200',
      'GetItem 200',
      'GetSecretValue 200',
      'PutItem 500',
      'PutItem 500',
      'PutItem 200',
    ]);
  });

  test('none of another caller', async () => {
    aws.faults.add({ caller: 'save-token', kind: { type: 'throttle' } });
    await put();
    expect(aws.faults.pending).toBe(1);
  });

  test('two faults added are two calls struck', async () => {
    aws.faults.add({ kind: { type: 'throttle' } });
    aws.faults.add({ kind: { type: 'serverError' } });
    expect(await failureOf(put())).toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
    expect(await failureOf(put())).toMatchObject({ name: 'InternalServerError' });
    await put();
  });

  test('those that chance picks, without limit', async () => {
    randomNumbers.push(0.4, 0.6, 0.2);
    aws.faults.add({ probability: 0.5, kind: { type: 'throttle' } });
    await failureOf(put());
    await put();
    await failureOf(put());
  });

  test('none once cleared', async () => {
    aws.faults.add({ kind: { type: 'throttle' } });
    aws.faults.clear();
    await put();
  });
});
