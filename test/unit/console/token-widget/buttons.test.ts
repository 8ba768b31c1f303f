/** What a click in the widget does, and what is none and does nothing. */
import { BUTTON_VALID_MS } from '../../../../lib/console/widget-request.ts';
import { callOf, callsIn } from '../../../support/widget-caller.ts';
import {
  answer,
  clicked,
  container,
  context,
  ENDPOINT,
  fail,
  id,
  row,
  store,
} from './widget-under-test.ts';

const MINUTE_MS = 60_000;
const OUTAGE = { verdict: 'outage', reason: 'http-503' } as const;

describe('a click on Refresh now', () => {
  test('asks for a refresh, says so, and shows it as asked for', async () => {
    const event = await clicked('Refresh now');
    const { text, outcome, tokenId } = await answer(event);
    expect({ outcome, tokenId }).toEqual({ outcome: 'requested', tokenId: id });
    expect(text).toContain('The refresh is asked for. The sweep does it within a minute');
    expect(text).toContain('Refresh asked for just now; the sweep takes it within a minute');
    expect(callsIn(text).map(({ label }) => label)).not.toContain('Refresh now');
    expect(await row()).toMatchObject({ refreshRequestedAtMs: store.clock.nowMs() });
    expect(store.scripted.refreshes).toEqual([]);
  });

  test('says so, too, where the answer was lost and the client repeated what was done', async () => {
    store.notes.around('requestRefresh', async (run) => {
      await run();
      return run();
    });
    expect((await answer(await clicked('Refresh now'))).outcome).toBe('requested');
  });

  test('asks the viewer first', async () => {
    const { text } = await answer(context);
    expect(callOf(text, 'Refresh now').confirmation).toContain(id.slice(0, 8));
  });

  test('says when the budget is what it waits for', async () => {
    await fail();
    store.scripted.answers({ verdict: 'throttled', reason: 'x', retryAfterMs: 30 * MINUTE_MS });
    store.clock.advance(5 * MINUTE_MS);
    await store.worker().refresh(id);
    const { text } = await answer(await clicked('Refresh now'));
    expect(text).toMatch(/does it in \d+ min, when the budgets for it allow it/);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'was refreshed meanwhile',
      () => container.accessToken({ id }),
      'Something became of that token',
    ],
    ['was deleted meanwhile', () => container.delete(id), 'was deleted, replaced or logged out'],
    [
      'was logged out meanwhile',
      () => container.deleteAll(),
      'was deleted, replaced or logged out',
    ],
  ])('of a token that %s does nothing, and says why', async (_what, change, words) => {
    const event = await clicked('Refresh now');
    store.clock.advance(14 * MINUTE_MS);
    await container.save({ id, expiresAt: store.clock.nowMs() - 1 });
    await change();
    const answered = await answer(event);
    expect(answered).toMatchObject({ outcome: 'refused', tokenId: id });
    expect(answered.text).toContain(words);
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('of an old list does nothing', async () => {
    const event = await clicked('Refresh now');
    store.clock.advance(BUTTON_VALID_MS + 1);
    const { text, outcome } = await answer(event);
    expect(outcome).toBe('refused');
    expect(text).toContain('too old');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('of a token that this store has not given names none in the log', async () => {
    const event = await clicked('Refresh now');
    const token = { ...(event as Record<string, object>)['token'], id: 'f'.repeat(32) };
    const { outcome, text, ...more } = await answer({ ...event, token });
    expect(outcome).toBe('refused');
    expect(more).not.toHaveProperty('tokenId');
  });
});

describe('what is no click', () => {
  test('opening the dashboard, and its refreshing itself, change nothing', async () => {
    await fail();
    const before = await row();
    for (const event of [undefined, {}, context, { state: 'failing', ...context }])
      await answer(event);
    expect(await row()).toEqual(before);
    expect(store.notes.count('requestRefresh') + store.notes.count('noteChecked')).toBe(0);
  });

  test('nor does an action that somebody has put into its parameters', async () => {
    const stolen = await clicked('Refresh now');
    const { widgetContext: _theirs, ...params } = stolen as Record<string, unknown>;
    const event = { ...params, widgetContext: { ...context.widgetContext, params } };
    const { text, outcome } = await answer(event);
    expect(outcome).toBe('refused');
    expect(text).toContain('Only a button of the list may.');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('a dashboard that repeats the last click does not repeat what it did', async () => {
    const event = await clicked('Refresh now');
    await answer(event);
    expect((await answer(event)).text).toContain('is asked for already');
    store.clock.advance(MINUTE_MS);
    await store.sweep();
    store.scripted.answers(OUTAGE);
    await store.worker().drain();
    expect((await answer(event)).text).toContain('Something became of that token');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });
});

test('no parameter chooses what the buttons call', async () => {
  const other = { endpoint: 'arn:aws:lambda:us-east-1:666666666666:function:evil' };
  const { text } = await answer({ ...other, widgetContext: { params: other, ...other } });
  expect(callsIn(text).map(({ endpoint }) => endpoint)).toEqual([ENDPOINT, ENDPOINT, ENDPOINT]);
});

describe('a click on Mark checked', () => {
  test('notes it, and the token is not unchecked any more', async () => {
    await fail();
    const { text, outcome } = await answer(await clicked('Mark checked'));
    expect(outcome).toBe('checked');
    expect(text).toContain('The failure is marked as checked.');
    expect(text).toContain('✓ Checked just now');
    expect(callsIn(text).map(({ label }) => label)).not.toContain('Mark checked');
    const { counts } = await answer({ state: 'unchecked' });
    expect(counts).toEqual({ looked: 1, found: 0 });
  });

  test('is not offered where nothing fails', async () => {
    const { text } = await answer(context);
    expect(callsIn(text).map(({ label }) => label)).toEqual([
      'Search',
      'Look again',
      'Refresh now',
    ]);
  });
});

test('a token that needs re-authorization is probed; one that cannot be refreshed is not', async () => {
  store.clock.advance(50 * MINUTE_MS);
  for (let refusal = 0; refusal < 2; refusal += 1) {
    store.scripted.answers({ verdict: 'revoked', reason: 'invalid_code' });
    await store.worker().refresh(id);
    store.clock.advance(3 * MINUTE_MS);
  }
  await container.save({ userName: 'bob', accessToken: 'B' });
  const { text } = await answer(context);
  const labels = callsIn(text).map(({ label }) => label);
  expect(labels).toEqual(['Search', 'Look again', 'Probe now', 'Mark checked']);
  expect(text).toContain('it has no refresh token');
});
