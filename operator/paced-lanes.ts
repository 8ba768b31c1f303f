/**
 * The same work for many items: several at once, at a pace, and one that fails does not stop the
 * others. Where nothing at all succeeds it ends soon: then it is not the items.
 */
import { systemClock } from '../lib/clock.ts';
import { type Deadline, deadlineIn } from '../lib/deadline.ts';
import { Pacer } from '../lib/pacer.ts';
import { failureText } from './failure-text.ts';

/** For one item: its calls, each with the SDK's own retries. */
const ITEM_MS = 60_000;
const LANES = 8;
/** Failures without any success that end the whole. */
const HOPELESS = 10;
const SHOWN = 10;

export interface LanesReport {
  readonly done: number;
  readonly failed: number;
  /** The first ones, each with what it says. */
  readonly failures: readonly string[];
  /** It ended before the last item. */
  readonly givenUp: boolean;
}

export async function inPacedLanes<Item>(
  items: Iterable<Item>,
  {
    perSecond,
    nameOf,
    onProgress,
  }: {
    readonly perSecond: number;
    readonly nameOf: (item: Item) => string;
    readonly onProgress: (handled: number) => void;
  },
  work: (item: Item, deadline: Deadline) => Promise<unknown>,
): Promise<LanesReport> {
  const pacer = new Pacer(perSecond, systemClock);
  const left = items[Symbol.iterator]();
  const failures: string[] = [];
  let done = 0;
  let failed = 0;
  const isHopeless = () => done === 0 && failed >= HOPELESS;
  const lane = async () => {
    for (let next = left.next(); !next.done && !isHopeless(); next = left.next()) {
      const deadline = deadlineIn(ITEM_MS, systemClock);
      try {
        await pacer.turn(deadline);
        await work(next.value, deadline);
        done += 1;
      } catch (error) {
        failed += 1;
        if (failures.length < SHOWN) failures.push(`${nameOf(next.value)}: ${failureText(error)}`);
      }
      onProgress(done + failed);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { done, failed, failures, givenUp: isHopeless() };
}
