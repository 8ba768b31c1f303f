/** An operator's note of having looked at a failure: how long it stands. */
import type { ShownToken } from '../../../../../lib/console/operator-actions.ts';
import { ampleDeadline } from '../../../../support/core/deadlines.ts';
import { minted } from '../../../../support/core/scripted-provider.ts';
import { actions, container, fails, id, OUTAGE, row, shown, store } from './token-asked-about.ts';

const REFUSED = { verdict: 'revoked', reason: 'invalid_code' } as const;

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
