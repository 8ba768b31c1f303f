/**
 * What is promised of each operation while others are under way: which instants of it there are,
 * what changes at them, and what must have been so at one of them. STORAGE.md says the same to
 * users, under "Consistency".
 *
 *   save, delete, deleteTokens, restore   one instant
 *   find, getAccessToken                  two, in any order: this token was meant, and living; it
 *                                         held this. A refresh may come between, and a logout then
 *   null, or a refusal                    one: there was nothing else to say
 *   list, restore of the last logout      one for each token that is shown or restored, and for
 *                                         each that is not, of those acknowledged before the call
 *   a refresh                             no part of who asked for it: at any time after the
 *                                         provider gave it, once, or never
 *   an operation that is not answered     at any time after it began, once, or never
 *
 * Pure: no I/O, no clock, no environment.
 */
import type { CheckedCall, Sight, Step } from '../checker/linearizability.ts';
import type { History } from '../machine/run-program.ts';
import type { Answers, Performed } from '../program/operation.ts';
import { mayHaveTornSecrets } from '../program/torn-secrets.ts';
import { found, foundById, handedOut, leftOut, listed, NEVER, refusal } from './sights.ts';
import { livingOf, type ModelState } from './state.ts';
import { allLoggedOut, deleted, refreshed, restored, saved } from './steps.ts';

type Promise = Pick<CheckedCall<ModelState>, 'steps' | 'sights'>;

/** Every call of a history, with what was promised of it; what may happen by itself stands last. */
export function promisesOf({ performed, mints }: History): CheckedCall<ModelState>[] {
  const mayBeUnreadable = mayHaveTornSecrets(performed);
  const calls = performed.map((one): CheckedCall<ModelState> => {
    const { beganAt, endedAt } = one;
    const known = acknowledgedBy(beganAt, performed);
    const mustHappen = isAnswered(one) && !(mayBeUnreadable && isUnreadable(one));
    return { beganAt, endedAt, mustHappen, ...promiseOf(one, known) };
  });
  const gifts = mints.map((mint) => atAnyTimeAfter(mint.atStep, (state) => refreshed(mint, state)));
  const halfRestored = performed
    .filter((one) => one.kind === 'restoreLast' && !isAnswered(one))
    .flatMap(({ beganAt, endedAt }) =>
      acknowledgedBy(endedAt, performed).map((id) =>
        atAnyTimeAfter(beganAt, (state) => restored(id, true, state)),
      ),
    );
  return [...calls, ...gifts, ...halfRestored];
}

/** Once, or never. */
function atAnyTimeAfter(at: number, step: Step<ModelState>): CheckedCall<ModelState> {
  return { beganAt: at, endedAt: at, mustHappen: false, steps: [step], sights: [] };
}

const NOTHING: Promise = { steps: [], sights: [] };

function isAnswered({ result }: Performed): boolean {
  return result.outcome !== 'unknown';
}

/** Whether it was said that a secret is not there, which no repeating mends. */
function isUnreadable({ kind, result }: Performed): boolean {
  if (result.outcome === 'refused') return result.code === 'STORE_UNAVAILABLE';
  return kind === 'list' && result.outcome === 'answered' && result.answer.unreadable.length > 0;
}

/** Tokens that somebody knew of by then. */
function acknowledgedBy(step: number, all: readonly Performed[]): readonly string[] {
  const ids = all.flatMap((one) =>
    one.kind === 'save' && one.result.outcome === 'answered' && one.endedAt < step
      ? [one.result.answer.id]
      : [],
  );
  return [...new Set(ids)];
}

function promiseOf(one: Performed, known: readonly string[]): Promise {
  if (one.result.outcome === 'bug') return { steps: [], sights: [NEVER] };
  if (one.result.outcome === 'refused') return { steps: [], sights: refusal(one, one.result) };
  const answer = one.result.outcome === 'answered' ? one.result.answer : undefined;
  if (answer === undefined) return { steps: changesOf(one), sights: [] };
  switch (one.kind) {
    case 'save':
      return { steps: changesOf(one), sights: [] };
    case 'find':
      return { steps: [], sights: found(one.request, answer as Answers['find']) };
    case 'findById':
      return { steps: [], sights: foundById(one.request.id, answer as Answers['findById']) };
    case 'accessToken':
      return { steps: [], sights: handedOut(one.request, answer as Answers['accessToken']) };
    case 'delete': {
      const { deleted: done } = answer as Answers['delete'];
      const wasThere: Sight<ModelState> = (state) => livingOf(one.request.id, state) === undefined;
      return done ? { steps: changesOf(one), sights: [] } : { steps: [], sights: [wasThere] };
    }
    case 'list':
      return { steps: [], sights: listed(answer as Answers['list'], one.request, known) };
    case 'restore':
      return comeBack(answer as Answers['restore'], false, []);
    case 'restoreLast':
      return comeBack(answer as Answers['restore'], true, known);
    default:
      return NOTHING;
  }
}

/** What an operation may change, answered or not. */
function changesOf(one: Performed): Step<ModelState>[] {
  switch (one.kind) {
    case 'save': {
      const { request, result, newIds } = one;
      const answer = result.outcome === 'answered' ? result.answer : undefined;
      return [(state) => saved(request, answer, newIds, state)];
    }
    case 'delete':
      return [(state) => deleted(one.request.id, state)];
    case 'deleteAll':
      return [allLoggedOut];
    case 'restore':
      return [(state) => restored(one.request.id, false, state)];
    default:
      return [];
  }
}

function comeBack(
  answer: Answers['restore'],
  ofLastLogout: boolean,
  known: readonly string[],
): Promise {
  return {
    steps: answer.restored.map((id) => (state) => restored(id, ofLastLogout, state)),
    sights: leftOut(answer, known),
  };
}
