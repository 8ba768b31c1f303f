/** The embedded world's clock, and being woken by it. */
import { WorldClock } from '../../../../local/aws/clock.ts';
import { WakeUp } from '../../../../local/aws/wake-up.ts';

test('is its base plus what it was advanced by', () => {
  let baseMs = 1000;
  const clock = new WorldClock(() => baseMs);
  clock.advance(500);
  expect(clock.nowMs()).toBe(1500);
  baseMs = 2000;
  clock.advance(0);
  expect(clock.nowMs()).toBe(2500);
  expect(clock.offsetMs).toBe(500);
});

test('goes far: years are no trouble', () => {
  const clock = new WorldClock(() => 0);
  clock.advance(100 * 365 * 24 * 3_600_000);
  expect(clock.nowMs()).toBe(100 * 365 * 24 * 3_600_000);
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('is not advanced by %s', (ms) => {
  const clock = new WorldClock(() => 0);
  expect(() => clock.advance(ms)).toThrow(RangeError);
  expect(clock.nowMs()).toBe(0);
});

test('tells its listeners until they want no more', () => {
  const clock = new WorldClock(() => 0);
  const heard: number[] = [];
  const forget = clock.onAdvance(() => heard.push(clock.nowMs()));
  clock.advance(1);
  forget();
  clock.advance(1);
  expect(heard).toEqual([1]);
});

describe('a wake-up', () => {
  let clock: WorldClock;
  let woken: number[];
  let wakeUp: WakeUp;

  beforeEach(() => {
    clock = new WorldClock(() => 0);
    woken = [];
    wakeUp = new WakeUp(clock, () => woken.push(clock.nowMs()));
  });

  afterEach(() => wakeUp.close());

  test('comes once, when the moment has come', () => {
    wakeUp.at(10);
    clock.advance(9);
    expect(woken).toEqual([]);
    clock.advance(1);
    clock.advance(1);
    expect(woken).toEqual([10]);
  });

  test('is the one set last, or none', () => {
    wakeUp.at(10);
    wakeUp.at(20);
    clock.advance(15);
    expect(woken).toEqual([]);
    clock.advance(5);
    wakeUp.at(30);
    wakeUp.at(undefined);
    clock.advance(60);
    expect(woken).toEqual([20]);
  });

  test('comes by real time too', async () => {
    const real = new WorldClock();
    await new Promise<void>((resolve) => {
      new WakeUp(real, resolve).at(real.nowMs() + 1);
      // The timer of a wake-up holds no process open; this one does.
      setTimeout(() => {}, 1000).unref();
    });
  });
});
