/** What a ClientRequestToken makes of a transaction that is repeated. */
import { randomUUID } from 'node:crypto';
import { failureOf } from '../endpoint.ts';
import {
  addAction,
  check,
  get,
  put,
  putAction,
  reasonsOf,
  transact,
  uniqueKey,
} from './table-under-test.ts';

describe('request tokens', () => {
  check('the same request again is not applied again', async () => {
    const pk = uniqueKey();
    const token = randomUUID();
    await transact([addAction(pk)], token);
    await transact([addAction(pk)], token);
    expect(await get(pk)).toMatchObject({ n: { N: '1' } });
  });

  check('the same request again succeeds although its condition no longer holds', async () => {
    const pk = uniqueKey();
    const token = randomUUID();
    await transact([putAction(pk, 1, 'attribute_not_exists(pk)')], token);
    await transact([putAction(pk, 1, 'attribute_not_exists(pk)')], token);
  });

  check('another request under the same token', async () => {
    const token = randomUUID();
    await transact([addAction(uniqueKey())], token);
    expect(await failureOf(transact([addAction(uniqueKey())], token))).toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
  });

  check('a cancelled transaction does not spend its token', async () => {
    const pk = uniqueKey();
    const token = randomUUID();
    await reasonsOf(transact([putAction(pk, 1, 'attribute_exists(pk)')], token));
    await put(pk);
    await transact([putAction(pk, 1, 'attribute_exists(pk)')], token);
    expect(await get(pk)).toMatchObject({ n: { N: '1' } });
  });
});
