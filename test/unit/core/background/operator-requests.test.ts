/**
 * A refresh that an operator asked for: the next sweep does it, once, whatever comes of it, and
 * nothing that happens meanwhile loses it.
 */
import { OperatorActions, type ShownToken } from '../../../../lib/console/operator-actions.ts';
import type { ProviderCall, RefreshVerdict } from '../../../../lib/provider/token-provider.ts';
import { DEFAULT_REFRESH_POLICY, scheduledAtMs } from '../../../../lib/refresh-policy.ts';
import type { TokenRow } from '../../../../lib/token-index/token-index.ts';
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { rowOf, tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

type Answer = RefreshVerdict | ((call: ProviderCall) => RefreshVerdict);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const OUTAGE = { verdict: 'outage', reason: 'http-503' } as const;
const REFUSED = { verdict: 'revoked', reason: 'invalid_code' } as const;
const THROTTLED = { verdict: 'throttled', reason: 'access_denied' } as const;

let store: MemoryStore;
let container: Container;
let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(tokenOf('ann')));
  store.clock.advance(MINUTE_MS);
});

const calls = () => store.scripted.refreshes.length;
const row = async () => (await store.row(id)) as TokenRow;
const actions = () =>
  new OperatorActions({
    index: store.index.port,
    notes: store.notes.port,
    policies: store.policies,
    clock: store.clock,
  });

async function shown(): Promise<ShownToken> {
  const { revision, failure } = await row();
  return { id, revision, ...(failure && { failedAtMs: failure.atMs }) };
}

const request = async (token?: ShownToken) =>
  actions().requestRefresh(token ?? (await shown()), ampleDeadline(store.clock));

/** A minute passes, the sweep comes, and the workers do what it found. */
async function nextMinute(): Promise<readonly string[]> {
  store.clock.advance(MINUTE_MS);
  await store.sweep();
  return store.worker().drain();
}

/** What the provider answers to the refresh that comes now, because somebody asked for it. */
async function fails(...answers: readonly Answer[]): Promise<void> {
  for (const answer of answers) {
    store.scripted.answers(answer);
    const { dueAtMs = 0 } = await row();
    store.clock.advance(Math.max(0, dueAtMs - store.clock.nowMs()));
    await store.worker().refresh(id);
  }
}

describe('of a token that works', () => {
  test('is done by the next sweep, long before it is due, and then it is gone', async () => {
    expect(await request()).toMatchObject({ done: 'requested', dueAtMs: store.clock.nowMs() });
    expect(calls()).toBe(0);
    expect(await nextMinute()).toEqual(['refreshed']);
    expect((await container.findById(id))?.accessToken).toBe('minted-1');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('is done once: the sweeps after it find nothing to do', async () => {
    await request();
    await nextMinute();
    for (let minute = 0; minute < 30; minute += 1) expect(await nextMinute()).toEqual([]);
    expect(calls()).toBe(1);
    expect((await row()).dueAtMs).toBe(scheduledAtMs(await row(), DEFAULT_REFRESH_POLICY));
  });

  test('does not count as a use', async () => {
    const { usedAtMs } = await row();
    await request();
    await nextMinute();
    expect((await row()).usedAtMs).toBe(usedAtMs);
  });

  test('waits for the budget of the provider', async () => {
    await request();
    await nextMinute();
    const { refreshedAtMs = 0 } = await row();
    const dueAtMs = refreshedAtMs + DEFAULT_REFRESH_POLICY.minIntervalMs;
    expect(await request()).toMatchObject({ dueAtMs });
    store.clock.advance(-1);
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(await row()).toMatchObject({ dueAtMs, refreshRequestedAtMs: expect.any(Number) });
    store.clock.advance(MINUTE_MS + 1);
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(calls()).toBe(2);
  });

  test('waits for that of Secrets Manager, which operators cannot wear out', async () => {
    let asked = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      if ('done' in (await request())) asked += 1;
      await nextMinute();
    }
    // Twelve at once, one per twenty minutes, and one that still stands.
    expect(calls()).toBe(14);
    expect(asked).toBe(15);
  });
});

test('of an idle token is a refresh, and it stays idle', async () => {
  store.clock.advance(30 * DAY_MS);
  expect(await store.worker().refresh(id)).toBe('idle');
  expect(await row()).not.toHaveProperty('dueAtMs');
  await request();
  expect(await nextMinute()).toEqual(['refreshed']);
  expect(await row()).toMatchObject({ state: 'idle' });
  expect(await row()).not.toHaveProperty('dueAtMs');
});

test('of a token that would fall idle just now is a refresh all the same', async () => {
  store.clock.advance(30 * DAY_MS);
  await request();
  expect(await nextMinute()).toEqual(['refreshed']);
});

describe('of a token that fails', () => {
  test('does not wait for the backoff to end', async () => {
    await fails(OUTAGE, OUTAGE, OUTAGE, OUTAGE, OUTAGE, OUTAGE, OUTAGE);
    const { failure } = await row();
    expect(failure?.retryAtMs).toBeGreaterThan(store.clock.nowMs() + 4 * MINUTE_MS);
    await request();
    expect(await nextMinute()).toEqual(['refreshed']);
    expect(await row()).not.toHaveProperty('failure');
  });

  test('waits a minute after the last try, as the provider may count it', async () => {
    await fails(OUTAGE, OUTAGE, OUTAGE, OUTAGE, OUTAGE, OUTAGE, OUTAGE);
    const { failure } = await row();
    expect(await request()).toMatchObject({
      dueAtMs: (failure?.atMs ?? 0) + DEFAULT_REFRESH_POLICY.minIntervalMs,
    });
  });

  test('waits as long as the provider throttles', async () => {
    await fails({ ...THROTTLED, retryAfterMs: 20 * MINUTE_MS });
    const { failure } = await row();
    expect(await request()).toMatchObject({ dueAtMs: failure?.retryAtMs });
    expect(await nextMinute()).toEqual([]);
    expect(await row()).toHaveProperty('refreshRequestedAtMs');
    store.clock.advance(30 * MINUTE_MS);
    expect(await nextMinute()).toEqual(['refreshed']);
  });

  test('does not put off a try that comes sooner', async () => {
    await fails(OUTAGE);
    const { failure } = await row();
    expect(await request()).toMatchObject({ dueAtMs: failure?.retryAtMs });
  });

  test.each([
    OUTAGE,
    REFUSED,
    THROTTLED,
    { verdict: 'client-fault', reason: 'invalid_client' },
    {
      verdict: 'malformed',
      reason: 'not-json-http-200',
    },
  ] as const)('is answered by another failure, too, and is gone: $verdict', async (verdict) => {
    await request();
    store.scripted.answers(verdict);
    expect(await nextMinute()).toHaveLength(1);
    expect(await row()).toMatchObject({ failure: { count: 1 } });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('is not repeated by the answer to it being repeated', async () => {
    const token = await shown();
    await request(token);
    store.scripted.answers(OUTAGE);
    await nextMinute();
    expect(await request(token)).toEqual({ refused: 'changed' });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });
});

describe('of a token that needs re-authorization', () => {
  beforeEach(async () => {
    store.clock.advance(HOUR_MS);
    await fails(REFUSED, REFUSED);
    expect((await row()).state).toBe('needs-reauthorization');
    store.clock.advance(MINUTE_MS);
  });

  test('is a probe now, an hour before its time, and heals it if it can', async () => {
    await request();
    expect(await nextMinute()).toEqual(['refreshed']);
    expect(await row()).toMatchObject({ state: 'active' });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
    expect(store.publisher.published.at(-1)?.type).toBe('healed');
  });

  test('that is refused again is gone, and the next probe comes at its time', async () => {
    await request();
    store.scripted.answers(REFUSED);
    expect(await nextMinute()).toEqual(['revoked']);
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
    expect((await row()).dueAtMs).toBe((await row()).failure?.retryAtMs);
    for (let minute = 0; minute < 30; minute += 1) expect(await nextMinute()).toEqual([]);
  });

  test('however often, is no incident of its client', async () => {
    for (let probe = 0; probe < 8; probe += 1) {
      await request();
      store.scripted.answers(REFUSED);
      expect(await nextMinute()).toEqual(['revoked']);
    }
    expect(store.publisher.published.map(({ type }) => type)).not.toContain('client-fault');
    const { id: well } = await container.save(tokenOf('cid', { expiresAt: START_MS }));
    expect(await store.worker().refresh(well)).toBe('refreshed');
    const { id: other } = await container.save(tokenOf('bob', { expiresAt: START_MS }));
    for (let refusal = 0; refusal < 2; refusal += 1) {
      store.scripted.answers(REFUSED);
      await store.worker().refresh(other);
      store.clock.advance(3 * MINUTE_MS);
    }
    expect(await store.row(other)).toMatchObject({ state: 'needs-reauthorization' });
  });

  test('is not lost over a save that brings no credentials', async () => {
    await request();
    await container.save({ id, redirectUrl: 'https://app.example/' });
    expect(await row()).toHaveProperty('refreshRequestedAtMs');
    expect(await nextMinute()).toEqual(['refreshed']);
  });

  test('is not lost over one that had read the token before', async () => {
    const held = store.index.hold('commit');
    const save = container.save({ id, redirectUrl: 'https://app.example/' });
    await held.reached;
    await request();
    held.release();
    await save;
    expect(await row()).toMatchObject({
      redirectUrl: 'https://app.example/',
      refreshRequestedAtMs: expect.any(Number),
    });
    expect(await nextMinute()).toEqual(['refreshed']);
  });

  test('is answered by a new login', async () => {
    await request();
    await container.save({ id, refreshToken: 'new', accessToken: 'new' });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
    const before = calls();
    await nextMinute();
    expect(calls()).toBe(before);
  });
});

describe('and what happens at the same time', () => {
  test('a worker that looks at the token just then does not settle it away', async () => {
    const held = store.due.hold('settle');
    const look = store.worker().refresh(id);
    await held.reached;
    await request();
    held.release();
    expect(await look).toBe('changed');
    expect(await nextMinute()).toEqual(['refreshed']);
  });

  test('a refresh that is under way is the answer', async () => {
    store.clock.advance(HOUR_MS);
    const held = store.provider.hold('refresh', { when: 'after' });
    const refresh = store.worker().refresh(id);
    await held.reached;
    await request();
    held.release();
    expect(await refresh).toBe('refreshed');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
    await nextMinute();
    expect(calls()).toBe(1);
  });

  test('a worker that dies leaves it to the next one', async () => {
    await request();
    const dead = store.provider.hold('refresh');
    store.clock.advance(MINUTE_MS);
    await store.sweep();
    void store.worker().drain();
    await dead.reached;
    store.clock.advance(9_000 + 5 * MINUTE_MS);
    await store.sweep();
    expect(await store.worker().drain()).toEqual(['refreshed']);
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('a secret that cannot be read does not make it a loop, and it is not forgotten', async () => {
    await request();
    const { secretArn } = await row();
    await store.memoryVault.scheduleDeletion(secretArn, ampleDeadline(store.clock));
    let looks = 0;
    for (let minute = 0; minute < 60; minute += 1) looks += (await nextMinute()).length;
    expect(looks).toBeLessThan(6);
    expect(await row()).toHaveProperty('refreshRequestedAtMs');
    await store.memoryVault.cancelDeletion(secretArn, ampleDeadline(store.clock));
    store.clock.advance(6 * HOUR_MS);
    expect(await nextMinute()).toEqual(['refreshed']);
  });

  test('a find that refreshes it is the answer', async () => {
    store.clock.advance(HOUR_MS);
    await request();
    await container.findById(id);
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('a deletion takes it along, and a restore does not bring it back', async () => {
    await request();
    await container.delete(id);
    expect(await nextMinute()).toEqual(['gone']);
    await container.restore({ id });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('so does a logout', async () => {
    await request();
    await container.deleteAll();
    expect(await nextMinute()).toEqual(['gone']);
    expect(await row()).not.toHaveProperty('dueAtMs');
    await container.restore({ lastLogout: true });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });
});

describe('is refused', () => {
  test('for a token without a refresh token', async () => {
    const { id: other } = await container.save({ userName: 'bob', accessToken: 'B' });
    const token = { id: other, revision: 1 };
    expect(await request(token)).toEqual({ refused: 'cannot-refresh' });
  });

  test('for a tombstone, one that was logged out, and one that never was', async () => {
    const token = await shown();
    await container.deleteAll();
    expect(await request(token)).toEqual({ refused: 'gone' });
    const { id: other } = await container.save(tokenOf('bob'));
    await container.delete(other);
    expect(await request({ id: other, revision: 2 })).toEqual({ refused: 'gone' });
    expect(await request({ id: 'f'.repeat(32), revision: 1 })).toEqual({ refused: 'unknown' });
  });

  test('for one that is asked about already', async () => {
    await request();
    expect(await request()).toEqual({ refused: 'already-requested' });
  });

  test('for one that was saved or refreshed since it was shown', async () => {
    const token = await shown();
    await container.save({ id, redirectUrl: 'https://app.example/' });
    expect(await request(token)).toEqual({ refused: 'changed' });
  });

  test('for one that is saved in that moment', async () => {
    const token = await shown();
    store.notes.at('requestRefresh', () => container.save({ id, accessToken: 'new' }));
    expect(await request(token)).toEqual({ refused: 'changed' });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });
});

describe('that somebody has looked at a failure', () => {
  const check = async (token?: ShownToken) =>
    actions().noteChecked(token ?? (await shown()), ampleDeadline(store.clock));

  test('is noted, and stays while the token fails the same way', async () => {
    await fails(OUTAGE);
    expect(await check()).toEqual({ done: 'checked' });
    const checkedAtMs = store.clock.nowMs();
    await fails(OUTAGE, OUTAGE);
    expect(await row()).toMatchObject({ checkedAtMs, failure: { count: 3 } });
  });

  test('is over when it is refreshed', async () => {
    await fails(OUTAGE);
    await check();
    await fails(({ nowMs }) => minted('new', nowMs));
    expect(await row()).not.toHaveProperty('checkedAtMs');
  });

  test('is over when it is saved anew', async () => {
    await fails(OUTAGE);
    await check();
    await container.save({ id, accessToken: 'new' });
    expect(await row()).not.toHaveProperty('checkedAtMs');
  });

  test('is over when it turns out to need re-authorization: that is another matter', async () => {
    await fails(REFUSED);
    await check();
    await fails(REFUSED);
    expect(await row()).toMatchObject({ state: 'needs-reauthorization' });
    expect(await row()).not.toHaveProperty('checkedAtMs');
    expect(await check()).toEqual({ done: 'checked' });
  });

  test('is refused where there is none, or another since', async () => {
    expect(await check()).toEqual({ refused: 'no-failure' });
    await fails(OUTAGE);
    const token = await shown();
    await fails(OUTAGE);
    expect(await check(token)).toEqual({ refused: 'changed' });
  });
});

describe('when it is due', () => {
  const retryAtMs = START_MS + 5 * MINUTE_MS;
  const failure = { verdict: 'outage: x', atMs: START_MS, count: 1, retryAtMs };
  const atMs = START_MS + 2 * MINUTE_MS;
  const dueOf = (more: Partial<TokenRow>) =>
    scheduledAtMs(
      rowOf('id', tokenOf('ann'), { refreshRequestedAtMs: atMs, ...more }),
      DEFAULT_REFRESH_POLICY,
    );

  test.each<[string, Partial<TokenRow>, number | undefined]>([
    ['it works', {}, atMs],
    ['it fails', { failure }, atMs],
    ['it failed just now', { failure: { ...failure, atMs } }, atMs + MINUTE_MS],
    ['it is throttled', { failure: { ...failure, verdict: 'throttled: x' } }, retryAtMs],
    ['it was refused once', { failure: { ...failure, verdict: 'revoked: x' } }, retryAtMs],
    ['it is idle', { state: 'idle' }, atMs],
    ['it needs re-authorization', { state: 'needs-reauthorization', failure }, atMs],
    ['it was refreshed just now', { refreshedAtMs: atMs }, atMs + MINUTE_MS],
    ['it has no refresh token', { refreshable: false }, undefined],
    ['it is deleted', { state: 'deleted' }, undefined],
    ['it is superseded', { state: 'superseded' }, undefined],
    ['it was logged out', { state: 'logged-out' }, undefined],
  ])('%s', (_what, more, dueAtMs) => {
    expect(dueOf(more)).toBe(dueAtMs);
  });
});
