/** What is counted in the course of a run. */
import { Durations } from './durations.ts';
import { Rate } from './rates.ts';
import type { Reason } from './reasons.ts';

export class Tallies {
  refreshed = { schedule: 0, use: 0 };
  /** Calls to the provider, by what they came to in truth. */
  readonly answers = { minted: 0, refused: 0, outage: 0, spurious: 0, limited: 0 };
  /** How often one refresh token was shown within the provider's window, at most. */
  mostAsked = 0;
  saves = 0;
  deletions = 0;
  changesDuringRefresh = 0;
  /** Refreshes that operators asked for, by what they were told. */
  readonly requests = new Map<string, number>();
  /** Of those: how long until something came of it. */
  readonly requestsTook = new Durations();
  finds = 0;
  workerInvocations = 0;
  sweeps = 0;
  ticksLost = 0;
  readonly died = { worker: 0, dispatcher: 0, operation: 0 };
  froze = 0;
  messages = 0;
  deliveredAgain = 0;
  redelivered = 0;
  deadLetters = 0;
  /** Turns of a pacer whose process had been frozen: they come all at once. */
  turnsAfterFreeze = 0;
  takeovers = 0;
  adopted = 0;
  wasted = 0;
  rotations = 0;
  revoked = 0;
  /** Tokens marked after so many refusals. */
  readonly markedAfter = new Map<number, number>();
  /** Of these: later, because many of a client's tokens were refused at once. */
  markedInIncident = 0;
  readonly marked = { ended: 0, rotationLost: 0, inError: 0 };
  /** Minted twice within the interval: who was given the first died, froze, or met a save. */
  readonly askedAgain = { death: 0, freeze: 0, save: 0 };
  /** Finds that met a token that had (nearly) expired; */
  readonly met = new Map<Reason, number>();
  /** of which so many were handed out as they were. */
  readonly handedOut = new Map<Reason, number>();
  readonly lag = new Durations();
  readonly lagInOutages = new Durations();
  readonly turns: Rate;
  readonly writesBySchedule: Rate;
  readonly writesByUse: Rate;
  readonly writes: Rate;
  readonly providerCalls: Rate;

  constructor(fromMs: number, seconds: number) {
    const rate = () => new Rate(fromMs, seconds);
    this.turns = rate();
    this.writesBySchedule = rate();
    this.writesByUse = rate();
    this.writes = rate();
    this.providerCalls = rate();
  }
}

export function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

export function sum(counts: ReadonlyMap<unknown, number>): number {
  return [...counts.values()].reduce((total, each) => total + each, 0);
}
