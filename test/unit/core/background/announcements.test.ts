/** What applications are told: at least once, and not before it is so. */
import { scheduledAtMs } from '../../../../lib/refresh-policy.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { race } from '../../../support/core/race.ts';
import { HOUR_MS } from '../../../support/core/scripted-provider.ts';
import { expiredTokenOf, tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

const published = () => store.publisher.published.map(({ type }) => type);
const announce = async (id: string) => (await store.row(id))?.announce;

async function expectDueByPolicy(id: string) {
  const row = await store.row(id);
  expect(row?.dueAtMs).toBeGreaterThan(store.clock.nowMs());
  expect(row?.dueAtMs).toBe(row && scheduledAtMs(row, store.policies.standard));
}

describe('a refresh for somebody who asked', () => {
  let id: string;
  beforeEach(async () => {
    ({ id } = await container.save(expiredTokenOf('ann')));
    await container.findById(id);
  });

  test('is due at once to be announced, and the worker does', async () => {
    expect(await store.row(id)).toMatchObject({
      announce: 'refreshed',
      dueAtMs: store.clock.nowMs(),
    });
    expect(published()).toEqual([]);
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(store.publisher.published).toEqual([
      {
        type: 'refreshed',
        detail: {
          schema: 1,
          store: 'default',
          tokenId: id,
          userName: 'ann',
          clientId: 'C',
          provider: 'zoho',
          expiresAt: START_MS + HOUR_MS,
          at: START_MS,
        },
      },
    ]);
    expect(await announce(id)).toBeUndefined();
    expect(store.scripted.refreshes).toHaveLength(1);
    await expectDueByPolicy(id);
  });

  test('is announced once by the worker that next refreshes it, if that comes first', async () => {
    store.clock.advance(HOUR_MS);
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(published()).toEqual(['refreshed']);
    expect(await announce(id)).toBeUndefined();
    await expectDueByPolicy(id);
  });

  test('is published before it is taken off', async () => {
    const publishing = store.publishing.hold('publish', { when: 'after' });
    const worker = store.worker().refresh(id);
    await publishing.reached;
    expect(await announce(id)).toBe('refreshed');
    publishing.release();
    await worker;
    expect(await announce(id)).toBeUndefined();
  });

  test('is announced once more where the worker dies in between', async () => {
    const settling = store.due.hold('settle');
    void store.worker().refresh(id);
    await settling.reached;
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(published()).toEqual(['refreshed', 'refreshed']);
    expect(await announce(id)).toBeUndefined();
  });

  test('is not lost where the publisher takes it not', async () => {
    const before = await store.row(id);
    store.publishing.around('publish', async () => ['refused']);
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(published()).toEqual([]);
    expect(await store.row(id)).toEqual(before);
    await store.worker().refresh(id);
    expect(published()).toEqual(['refreshed']);
  });

  test('is not lost where the publisher fails', async () => {
    const before = await store.row(id);
    store.publishing.fail('publish', new Error('EventBridge is down'));
    await expect(store.worker().refresh(id)).rejects.toThrow('EventBridge is down');
    expect(await store.row(id)).toEqual(before);
    await store.worker().refresh(id);
    expect(published()).toEqual(['refreshed']);
  });

  test('is not taken off by a worker that announced something else', async () => {
    await store.worker().refresh(id);
    store.clock.advance(HOUR_MS - 30_000);
    await container.save({ id, redirectUrl: 'https://saved.example/' });
    const settling = store.due.hold('settle');
    store.scripted.answers({ verdict: 'client-fault', reason: 'invalid_client' });
    const worker = store.worker().refresh(id);
    await settling.reached;
    await container.save({ id, clientSecret: 'corrected' });
    await container.findById(id);
    settling.release();
    await worker;
    expect(published()).toEqual(['refreshed', 'client-fault']);
    expect(await announce(id)).toBe('client-fault');
  });
});

describe("a worker's own refresh", () => {
  test('is announced with its batch, and its token due by the policy', async () => {
    const { id } = await container.save(tokenOf('ann'));
    store.clock.advance(HOUR_MS);
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(store.publisher.published).toEqual([
      expect.objectContaining({
        type: 'refreshed',
        detail: expect.objectContaining({ tokenId: id, expiresAt: store.clock.nowMs() + HOUR_MS }),
      }),
    ]);
    expect(await announce(id)).toBeUndefined();
    await expectDueByPolicy(id);
  });
});

describe("a client's fault", () => {
  const FAULT = { verdict: 'client-fault', reason: 'invalid_client' } as const;

  test('is announced once, for all its tokens', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) ids.push((await container.save(tokenOf(`user-${n}`))).id);
    store.clock.advance(HOUR_MS);
    store.scripted.answers(...ids.map(() => FAULT));
    const outcomes = await race(20, (n) => store.worker().refresh(ids[n] ?? ''));
    expect(new Set(outcomes)).toEqual(new Set(['client-fault']));
    expect(store.publisher.published).toEqual([
      expect.objectContaining({
        type: 'client-fault',
        detail: expect.objectContaining({ clientId: 'C', reason: 'client-fault: invalid_client' }),
      }),
    ]);
    for (const id of ids) {
      expect(await store.row(id)).toMatchObject({ state: 'active' });
      await expectDueByPolicy(id);
    }
  });

  test('is announced once where two tokens meet it at the same moment', async () => {
    const ids: string[] = [];
    for (const user of ['ann', 'bob']) ids.push((await container.save(expiredTokenOf(user))).id);
    store.scripted.answers(FAULT, FAULT);
    const asking = store.health.hold('announceBy');
    const slower = store.worker().refresh(ids[0] ?? '');
    await asking.reached;
    await store.worker().refresh(ids[1] ?? '');
    asking.release();
    await slower;
    expect(store.publisher.published.map(({ detail }) => detail.userName)).toEqual(['bob']);
  });

  test('is announced by the next worker where the one that met it first dies', async () => {
    const { id } = await container.save(expiredTokenOf('ann'));
    store.scripted.answers(FAULT, FAULT);
    const judging = store.index.hold('endLease');
    void store.worker().refresh(id);
    await judging.reached;
    store.clock.advance(10_000);
    expect(await store.worker().refresh(id)).toBe('client-fault');
    expect(published()).toEqual(['client-fault']);
  });

  test('is announced once for each client', async () => {
    store.scripted.answers(FAULT, FAULT);
    for (const clientId of ['A', 'B']) {
      const { id } = await container.save(tokenOf('ann', { clientId, expiresAt: START_MS }));
      await store.worker().refresh(id);
    }
    expect(store.publisher.published.map(({ detail }) => detail.clientId)).toEqual(['A', 'B']);
  });

  test('is announced once while its new secret is saved token by token', async () => {
    const ids: string[] = [];
    for (const user of ['ann', 'bob', 'cid']) {
      ids.push((await container.save(expiredTokenOf(user))).id);
    }
    store.scripted.answers(...ids.map(() => FAULT));
    for (const id of ids) await store.worker().refresh(id);
    for (const [done, id] of ids.entries()) {
      await container.save({ id, clientSecret: 'rotated' });
      store.clock.advance(HOUR_MS);
      expect(await store.worker().refresh(id)).toBe('refreshed');
      store.clock.advance(HOUR_MS);
      const rest = ids.slice(done + 1);
      store.scripted.answers(...rest.map(() => FAULT));
      for (const other of rest) expect(await store.worker().refresh(other)).toBe('client-fault');
    }
    expect(published().filter((type) => type === 'client-fault')).toHaveLength(1);

    const [id = ''] = ids;
    store.scripted.answers(FAULT);
    expect(await store.worker().refresh(id)).toBe('client-fault');
    expect(published().at(-1)).toBe('client-fault');
  });

  test('is announced anew after a while without one', async () => {
    const { id } = await container.save(expiredTokenOf('ann'));
    store.scripted.answers(FAULT);
    await store.worker().refresh(id);
    store.clock.advance(HOUR_MS);
    await store.worker().refresh(id);
    store.clock.advance(HOUR_MS);
    store.scripted.answers(FAULT);
    await store.worker().refresh(id);
    expect(published()).toEqual(['client-fault', 'refreshed', 'client-fault']);
  });

  test('that somebody met who asked is announced by the worker', async () => {
    const { id } = await container.save(expiredTokenOf('ann'));
    store.scripted.answers(FAULT);
    await container.findById(id);
    expect(published()).toEqual([]);
    expect(await store.row(id)).toMatchObject({ dueAtMs: store.clock.nowMs() });
    expect(await store.worker().refresh(id)).toBe('backing-off');
    expect(published()).toEqual(['client-fault']);
    await expectDueByPolicy(id);
  });
});

test('a deletion is announced, and its token not due any more', async () => {
  const { id } = await container.save(tokenOf('ann'));
  await container.delete(id);
  await store.worker().refresh(id);
  expect(store.publisher.published).toEqual([
    expect.objectContaining({
      type: 'deleted',
      detail: expect.objectContaining({ tokenId: id, reason: 'deleted', at: START_MS }),
    }),
  ]);
  expect(await store.row(id)).not.toHaveProperty('announce');
  expect(await store.row(id)).not.toHaveProperty('dueAtMs');
});
