/** Many tokens that are due at once: they are handed to the workers at the pace that is set. */
import { tokenRow } from '../../lib/token-index/dynamodb-items.ts';
import { StoredState } from '../support/stored-state.ts';
import { startTestStore, type TestStore } from '../support/test-store.ts';

let store: TestStore;
let stored: StoredState;
beforeAll(async () => {
  const slow = { refreshesPerSecond: 1, refreshWorkers: 2 };
  // Nothing takes messages from the queue but the test.
  store = await startTestStore(slow, {}, { eventSources: [] });
  stored = new StoredState(store);
});
afterAll(async () => {
  stored.close();
  await store.close();
});

test('300 tokens that are due at once are handed out at the pace that is set, the oldest first', async () => {
  const { aws, client } = store;
  const users = Array.from({ length: 300 }, (_, index) => `user-${index}`);
  const startMs = aws.clock.nowMs();
  for (let start = 0; start < users.length; start += 10) {
    await Promise.all(
      users.slice(start, start + 10).map((userName, index) =>
        client.saveToken({
          token: {
            userName,
            clientId: 'C',
            clientSecret: 'S',
            refreshToken: `${userName}-refresh`,
            accessToken: `${userName}-access`,
            expiresAt: startMs - (start + index) * 1_000,
          },
        }),
      ),
    );
  }
  const rows = (await stored.items()).filter(({ pk }) => pk?.S?.startsWith('token#'));
  // Several were saved in the same millisecond: which of those comes first is nobody's promise.
  const dueAtMs = new Map(rows.map(tokenRow).map(({ id, dueAtMs = 0 }) => [id, dueAtMs]));
  const dueTimes = (ids: Iterable<string>) => Array.from(ids, (id) => dueAtMs.get(id) ?? 0).sort();
  const inOrder = dueTimes(dueAtMs.keys());
  expect(inOrder).toHaveLength(300);
  const sentInMinute = async () => {
    store.takeCalls();
    await aws.advanceMinutes(1);
    return store
      .takeCalls()
      .filter(({ action }) => action === 'SendMessageBatch')
      .flatMap(({ request }) => request['Entries'] as { readonly Id: string }[])
      .map(({ Id }) => Id);
  };
  const first = await sentInMinute();
  expect(first).toHaveLength(60);
  expect(dueTimes(first)).toEqual(inOrder.slice(0, 60));

  expect(await sentInMinute()).toEqual([]);
  expect(await stored.queued()).toEqual({ waiting: 60, inFlight: 0 });

  expect(await stored.drainQueue(25)).toHaveLength(25);
  const third = await sentInMinute();
  expect(dueTimes(third)).toEqual(inOrder.slice(60, 85));
  expect(await stored.queued()).toEqual({ waiting: 60, inFlight: 0 });

  // What was handed out and came to nothing is due again after five minutes, behind the others.
  const later: string[] = [];
  for (let minute = 4; minute <= 7; minute += 1) {
    await stored.drainQueue(60);
    later.push(...(await sentInMinute()));
  }
  const again = later.filter((id) => first.includes(id));
  expect(again).toHaveLength(4 * 60 - 215);
  const others = [...dueAtMs.keys()].filter((id) => ![...first, ...third].includes(id));
  expect(later.filter((id) => !first.includes(id)).sort()).toEqual(others.sort());
});
