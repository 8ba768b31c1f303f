/** Workers together stay under a rate, whatever their containers do. */

import { deadlineIn } from '../../../lib/deadline.ts';
import { Pacer } from '../../../lib/pacer.ts';
import { race } from '../../support/core/race.ts';
import { START_MS, VirtualClock } from '../../support/core/virtual-clock.ts';

let clock: VirtualClock;
let pacer: Pacer;
beforeEach(() => {
  clock = new VirtualClock();
  pacer = new Pacer(4, clock);
});

/** When the turn came, after START_MS. */
async function turn(budgetMs = 30_000): Promise<number> {
  await pacer.turn(deadlineIn(budgetMs, clock));
  return clock.nowMs() - START_MS;
}

test('turns are as far apart as the rate says, the first one too', async () => {
  expect([await turn(), await turn(), await turn()]).toEqual([250, 500, 750]);
});

test('also where many ask at once', async () => {
  expect(await race(5, () => turn())).toEqual([250, 500, 750, 1_000, 1_250]);
});

test('a pause earns nothing: no second has more turns than the rate', async () => {
  await turn();
  clock.advance(60_000);
  expect(await turn()).toBe(60_500);
  expect(await turn()).toBe(60_750);
});

test('who would come after the deadline is told so at once', async () => {
  await expect(turn(250)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  expect(clock.nowMs()).toBe(START_MS);
});

test('and takes nobody else a turn', async () => {
  await expect(turn(250)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await turn()).toBe(250);
});
