/** How many AWS calls each background function makes, as the embedded AWS saw it. */

import type { FunctionName } from '../../../infra/bundling/bundles.ts';
import { functionName } from '../../../infra/resource-names.ts';
import { DUE_SHARDS } from '../../../lib/token-index/due-index.ts';
import type { AwsCall } from '../../../local/aws/embedded-aws.ts';
import { startTestStore, type TestStore, zohoToken } from '../../support/test-store.ts';
import { tabled } from './call-table.ts';

describe('in the background', () => {
  const DUE = 10;
  let store: TestStore;
  beforeAll(async () => {
    store = await startTestStore();
    const expiresAt = store.aws.clock.nowMs() + 60_000;
    for (let user = 0; user < DUE; user += 1) {
      const token = await zohoToken(store, `user-${user}`, { expiresAt });
      await store.client.saveToken({ token });
    }
    store.takeCalls();
  });
  afterAll(() => store.close());

  const actionsOf = (all: readonly AwsCall[], name: FunctionName) =>
    all
      .filter(({ caller }) => caller === functionName(store.settings, name))
      .map(({ action }) => action);

  test('ten tokens that are due: a claim each and one message batch; then a refresh each and one event batch', async () => {
    await store.aws.advanceMinutes(1);
    const seen = store.takeCalls();
    const sweep = actionsOf(seen, 'refresh-dispatcher');
    expect(tabled('sweep, 10 tokens due', 'cold', sweep)).toEqual({
      GetQueueAttributes: 1,
      Query: DUE_SHARDS.length,
      UpdateItem: DUE,
      SendMessageBatch: 1,
    });
    const refreshes = actionsOf(seen, 'refresh-worker');
    expect(tabled('scheduled refresh of 10', 'cold', refreshes)).toEqual({
      BatchGetItem: DUE,
      GetSecretValue: DUE,
      // A lease each, and how their client fares.
      UpdateItem: DUE + 1,
      PutSecretValue: DUE,
      TransactWriteItems: DUE,
      PutEvents: 1,
    });
    expect(store.aws.events()).toHaveLength(DUE);
  });

  test('a worker that refreshed a token before reads no secret', async () => {
    await store.aws.advanceMinutes(55);
    const refreshes = actionsOf(store.takeCalls(), 'refresh-worker');
    expect(store.aws.events()).toHaveLength(2 * DUE);
    const perToken = refreshes.filter((name) => !['PutEvents', 'UpdateItem'].includes(name));
    expect(tabled('scheduled refresh of 10, without events', 'warm', perToken)).toEqual({
      BatchGetItem: DUE,
      PutSecretValue: DUE,
      TransactWriteItems: DUE,
    });
    const batches = refreshes.filter((name) => name === 'PutEvents').length;
    const updates = refreshes.filter((name) => name === 'UpdateItem').length;
    expect(updates).toBe(DUE + batches);
  });

  test('a sweep that finds nothing', async () => {
    await store.aws.advanceMinutes(1);
    const sweep = actionsOf(store.takeCalls(), 'refresh-dispatcher');
    expect(tabled('sweep, nothing due', 'warm', sweep)).toEqual({
      GetQueueAttributes: 1,
      Query: DUE_SHARDS.length,
    });
  });
});
