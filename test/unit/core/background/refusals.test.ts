/** Whom a refusal condemns: a token by itself, never a client's whole fleet. */
import type { ScheduledOutcome } from '../../../../lib/background/scheduled-refresh.ts';
import type { RefreshVerdict } from '../../../../lib/provider/token-provider.ts';
import { type Container, LEASE_MS, MemoryStore } from '../../../support/core/memory-store.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

const DAY_MS = 86_400_000;
/** Longer than the wait after a first refusal. */
const CONFIRM_MS = 90_000;

let store: MemoryStore;
let container: Container;
/** Refresh tokens that the provider refuses. */
let refused: ReadonlySet<string>;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
  refused = new Set();
});

/** Tokens of client C that are due, of users with this name and a number. */
async function dueTokens(count: number, name: string): Promise<string[]> {
  const ids: string[] = [];
  const expiresAt = store.clock.nowMs();
  for (let n = 0; n < count; n += 1) {
    ids.push((await container.save(tokenOf(`${name}-${n}`, { expiresAt }))).id);
  }
  return ids;
}

/** The provider answers each token by whether it refuses it. */
async function refreshAll(ids: readonly string[]): Promise<ScheduledOutcome[]> {
  const outcomes: ScheduledOutcome[] = [];
  for (const id of ids) {
    store.scripted.answers(({ nowMs }): RefreshVerdict => {
      const { refreshToken = '' } = store.scripted.refreshes.at(-1) ?? {};
      if (refused.has(refreshToken)) return { verdict: 'revoked', reason: 'invalid_code' };
      return minted(`fresh-${refreshToken}-${nowMs}`, nowMs);
    });
    outcomes.push(await store.worker().refresh(id));
  }
  return outcomes;
}

const refuse = (count: number, name: string) => {
  refused = new Set(Array.from({ length: count }, (_, n) => `${name}-${n}-refresh`));
};
const marked = async (ids: readonly string[]) => {
  const rows = await Promise.all(ids.map((id) => store.row(id)));
  return rows.filter((row) => row?.state === 'needs-reauthorization').length;
};
const published = (type: string) =>
  store.publisher.published.filter((event) => event.type === type);

describe('a lone revoked token of a healthy client', () => {
  test('is suspected first, and marked at its second refusal', async () => {
    const ids = await dueTokens(20, 'user');
    const [id = ''] = ids;
    refuse(1, 'user');
    const [first, ...others] = await refreshAll(ids);
    expect(first).toBe('refused');
    expect(new Set(others)).toEqual(new Set(['refreshed']));
    expect(await marked(ids)).toBe(0);
    expect(published('needs-reauthorization')).toEqual([]);

    store.clock.advance(CONFIRM_MS);
    expect(await refreshAll([id])).toEqual(['revoked']);
    expect(await marked(ids)).toBe(1);
    expect(published('needs-reauthorization')).toEqual([
      expect.objectContaining({
        detail: expect.objectContaining({ tokenId: id, reason: 'revoked: invalid_code' }),
      }),
    ]);
    expect(published('client-fault')).toEqual([]);
    expect(store.observed.of('needsReauthorization')).toEqual([{ tokenId: id }]);
    expect(store.observed.of('incident')).toEqual([]);
  });

  test('is announced once where the worker dies before it says so', async () => {
    const ids = await dueTokens(1, 'user');
    refuse(1, 'user');
    await refreshAll(ids);
    store.clock.advance(CONFIRM_MS);
    const publishing = store.publishing.hold('publish');
    void refreshAll(ids);
    await publishing.reached;
    expect(await marked(ids)).toBe(1);
    expect(await store.row(ids[0] ?? '')).toMatchObject({ dueAtMs: store.clock.nowMs() });
    expect(await store.worker().refresh(ids[0] ?? '')).toBe('backing-off');
    expect(published('needs-reauthorization')).toHaveLength(1);
  });
});

test('a refusal that a dead worker had counted is not counted again', async () => {
  const ids = await dueTokens(1, 'user');
  const [id = ''] = ids;
  refuse(1, 'user');
  const counted = store.health.hold('addFailure', { when: 'after' });
  void refreshAll(ids);
  await counted.reached;
  store.clock.advance(LEASE_MS);
  expect(await refreshAll([id])).toEqual(['refused']);
  store.clock.advance(CONFIRM_MS);
  expect(await refreshAll([id])).toEqual(['revoked']);
  expect(published('client-fault')).toEqual([]);
});

describe('a burst of refusals', () => {
  test('marks nobody, announces one incident, and heals', async () => {
    const ids = await dueTokens(20, 'user');
    refuse(20, 'user');
    expect(new Set(await refreshAll(ids))).toEqual(new Set(['refused']));
    for (let again = 0; again < 3; again += 1) {
      store.clock.advance(CONFIRM_MS * 2 ** again);
      expect(new Set(await refreshAll(ids))).toEqual(new Set(['refused']));
    }
    expect(await marked(ids)).toBe(0);
    expect(published('needs-reauthorization')).toEqual([]);
    expect(published('client-fault')).toEqual([
      expect.objectContaining({
        detail: expect.objectContaining({ clientId: 'C', reason: 'revoked: invalid_code' }),
      }),
    ]);
    // The first four of them could have been revoked one by one.
    const [, , , , ...fromTheFifth] = [ids, ids, ids, ids].flat();
    expect(store.observed.of('incident')).toEqual(fromTheFifth.map((tokenId) => ({ tokenId })));

    refused = new Set();
    store.clock.advance(HOUR_MS);
    const seen = store.observed.of('incident').length;
    expect(new Set(await refreshAll(ids))).toEqual(new Set(['refreshed']));
    expect(store.observed.of('incident')).toHaveLength(seen);
    for (const id of ids) expect(await store.row(id)).not.toHaveProperty('failure');
    expect(published('healed')).toEqual([]);
  });

  test('is an incident of its client, and of no other', async () => {
    await refreshAll(await dueTokens(20, 'user'));
    refuse(20, 'user');
    store.clock.advance(HOUR_MS);
    const { id } = await container.save(
      tokenOf('other', { clientId: 'D', refreshToken: 'user-0-refresh' }),
    );
    store.clock.advance(HOUR_MS);
    expect(await refreshAll([id])).toEqual(['refused']);
    store.clock.advance(CONFIRM_MS);
    expect(await refreshAll([id])).toEqual(['revoked']);
  });

  test('is none beside four times as many refreshes: each is marked', async () => {
    const revoked = await dueTokens(6, 'gone');
    refuse(6, 'gone');
    await refreshAll(await dueTokens(60, 'user'));
    expect(new Set(await refreshAll(revoked))).toEqual(new Set(['refused']));
    store.clock.advance(CONFIRM_MS);
    expect(new Set(await refreshAll(revoked))).toEqual(new Set(['revoked']));
    expect(await marked(revoked)).toBe(6);
    expect(published('needs-reauthorization')).toHaveLength(6);
    expect(published('client-fault')).toEqual([]);
  });

  test('that goes on for a day is believed', async () => {
    const ids = await dueTokens(20, 'user');
    refuse(20, 'user');
    await refreshAll(ids);
    store.clock.advance(DAY_MS);
    expect(new Set(await refreshAll(ids))).toEqual(new Set(['revoked']));
    expect(await marked(ids)).toBe(20);
    // From then on they are known to be gone: their probes are no incident, however many.
    const seen = store.observed.of('incident').length;
    store.clock.advance(2 * DAY_MS);
    expect(new Set(await refreshAll(ids))).toEqual(new Set(['revoked']));
    expect(store.observed.of('incident')).toHaveLength(seen);
  });
});

describe('where nobody can say how the client fares', () => {
  const unreachable = () => store.health.fail('addFailure', new Error('throttled'));

  test('nobody is marked, however often refused', async () => {
    const ids = await dueTokens(1, 'user');
    refuse(1, 'user');
    for (let again = 0; again < 5; again += 1) {
      unreachable();
      expect(await refreshAll(ids)).toEqual(['refused']);
      store.clock.advance(HOUR_MS);
    }
    expect(await marked(ids)).toBe(0);
    expect(store.publisher.published).toEqual([]);
    expect(await refreshAll(ids)).toEqual(['revoked']);
  });

  test('until it was refused for a day', async () => {
    const ids = await dueTokens(1, 'user');
    refuse(1, 'user');
    unreachable();
    await refreshAll(ids);
    store.clock.advance(DAY_MS);
    unreachable();
    expect(await refreshAll(ids)).toEqual(['revoked']);
  });
});

test('what somebody met who asked counts as one of the two refusals', async () => {
  const [id = ''] = await dueTokens(1, 'user');
  refuse(1, 'user');
  store.scripted.answers({ verdict: 'revoked', reason: 'invalid_code' });
  await container.findById(id);
  store.clock.advance(CONFIRM_MS);
  expect(await refreshAll([id])).toEqual(['revoked']);
  expect(published('needs-reauthorization')).toHaveLength(1);
});
