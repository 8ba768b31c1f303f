/**
 * A save of a new access token over a stored one, and the bare calls beside it: the very requests
 * of the saves just measured, sent to a twin store through the same clients.
 */
import { systemClock } from '../../lib/clock.ts';
import type { TokenJson } from '../../lib/contract.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import { parseFindToken, parseSaveToken } from '../../lib/requests.ts';
import type { TokenStore } from '../../lib/token-store.ts';
import type { Subject } from '../samples.ts';
import type { Recorder } from './recorder.ts';
import { refreshed, sampleToken } from './sample-token.ts';
import { type SaveCalls, secretArnIn, TwinStore, takeNext } from './twin-store.ts';

export type SaveSubject = 'save' | 'bareWrites' | 'bareCalls';

export const TWINS = [new TwinStore('writes'), new TwinStore('calls')] as const;

/** Secrets Manager keeps about 100 versions of a secret a day: the saves go round many tokens. */
const TOKENS = 40;
const BUDGET_MS = 14_500;

export async function saveSubjects(
  tokens: TokenStore,
  recorder: Recorder,
): Promise<Record<SaveSubject, Subject>> {
  const deadline = () => deadlineIn(BUDGET_MS, systemClock);
  const save = (token: TokenJson) => tokens.saveToken(parseSaveToken({ token }), deadline());
  const saved = Array.from({ length: TOKENS }, (_, user) => sampleToken(user + 1));
  for (const token of saved) {
    recorder.start();
    await save(token);
    const calls = recorder.stop();
    for (const twin of TWINS) await twin.create(calls, secretArnIn(calls));
    // From now on the store knows where the user's key leads: its next save is a warm one.
    await tokens.findToken(parseFindToken({ token }), deadline());
  }

  const [writesOnly, withRead] = TWINS;
  let turn = 0;
  let events: TokenJson[] = [];
  let writes: SaveCalls[] = [];
  let calls: SaveCalls[] = [];
  return {
    save: {
      prepare: (times) => {
        events = Array.from({ length: times }, () => {
          turn += 1;
          return refreshed(saved[turn % TOKENS] ?? sampleToken(turn));
        });
        recorder.start();
      },
      run: () => save(takeNext(events)),
    },
    bareWrites: {
      prepare: () => {
        const recorded = recorder.stop();
        writes = writesOnly.requestsOf(recorded);
        calls = withRead.requestsOf(recorded);
      },
      run: () => writesOnly.write(takeNext(writes)),
    },
    bareCalls: { run: () => withRead.readAndWrite(takeNext(calls)) },
  };
}
