/** Backoff, and deadlines that waits respect. */
import { getMaxListeners } from 'node:events';
import { backoffMs } from '../../../lib/backoff.ts';
import { deadlineIn } from '../../../lib/deadline.ts';
import { START_MS, VirtualClock } from '../../support/core/virtual-clock.ts';

test.each([
  [0, 20],
  [1, 40],
  [5, 640],
  [6, 1_000],
  [1_000_000, 1_000],
])('attempt %d waits up to %d ms', (attempt, most) => {
  expect(backoffMs(attempt, 0)).toBe(0);
  expect(backoffMs(attempt, 0.5)).toBe(most / 2);
});

test('time that passes is time that is left no more', async () => {
  const clock = new VirtualClock();
  const deadline = deadlineIn(1_000, clock);
  await deadline.wait(400);
  expect(deadline.remainingMs()).toBe(600);
  clock.advance(700);
  expect(deadline.remainingMs()).toBe(-100);
});

test.each([1_000, 1_001])('a wait of %d ms of 1000 fails at once, not at the end', async (ms) => {
  const clock = new VirtualClock();
  const deadline = deadlineIn(1_000, clock);
  await expect(deadline.wait(ms)).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    retryable: true,
  });
  expect(clock.nowMs()).toBe(START_MS);
});

test('a deadline that has passed aborts', async () => {
  const { signal } = deadlineIn(-5, new VirtualClock());
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  expect(signal.aborted).toBe(true);
});

test('any number of calls may watch one deadline', () => {
  const { signal } = deadlineIn(1_000, new VirtualClock());
  expect(getMaxListeners(signal)).toBe(Number.POSITIVE_INFINITY);
});
