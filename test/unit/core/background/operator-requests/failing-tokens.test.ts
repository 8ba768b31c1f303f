/**
 * A refresh that an operator asked for, of a token that fails or needs re-authorization: it is done
 * once, whatever comes of it.
 */
import { DEFAULT_REFRESH_POLICY } from '../../../../../lib/refresh-policy.ts';
import { HOUR_MS } from '../../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../../support/core/tokens.ts';
import { START_MS } from '../../../../support/core/virtual-clock.ts';
import {
  calls,
  container,
  fails,
  id,
  MINUTE_MS,
  nextMinute,
  OUTAGE,
  request,
  row,
  shown,
  store,
} from './token-asked-about.ts';

const REFUSED = { verdict: 'revoked', reason: 'invalid_code' } as const;
const THROTTLED = { verdict: 'throttled', reason: 'access_denied' } as const;

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
      refreshAtMs: (failure?.atMs ?? 0) + DEFAULT_REFRESH_POLICY.minIntervalMs,
    });
  });

  test('waits as long as the provider throttles', async () => {
    await fails({ ...THROTTLED, retryAfterMs: 20 * MINUTE_MS });
    const { failure } = await row();
    expect(await request()).toMatchObject({ refreshAtMs: failure?.retryAtMs });
    expect(await nextMinute()).toEqual([]);
    expect(await row()).toHaveProperty('refreshRequestedAtMs');
    store.clock.advance(30 * MINUTE_MS);
    expect(await nextMinute()).toEqual(['refreshed']);
  });

  test('does not put off a try that comes sooner', async () => {
    await fails(OUTAGE);
    const { failure } = await row();
    expect(await request()).toMatchObject({ refreshAtMs: failure?.retryAtMs });
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
