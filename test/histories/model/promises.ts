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
import type { TokenJson } from '../../../lib/contract.ts';
import type { CheckedCall, Sight, Step } from '../checker/linearizability.ts';
import type { History } from '../machine/run-program.ts';
import type { Answers, Fields, Performed } from '../program/operation.ts';
import { mayHaveTornSecrets } from '../program/torn-secrets.ts';
import {
  isAlive,
  livingOf,
  type ModelState,
  type ModelToken,
  tokenOf,
  wasLoggedOutLast,
} from './state.ts';
import {
  allLoggedOut,
  deleted,
  obstacleTo,
  refreshed,
  restored,
  sameFields,
  saved,
} from './steps.ts';
import { meantByFind, meantBySave } from './which-token.ts';

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
const NEVER: Sight<ModelState> = () => false;

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

function found({ id, token: named }: { id?: string; token: Fields }, answer: Answers['find']) {
  const { token, reauthorized } = answer;
  const also = (own: ModelToken) => isNewTo(own, named) === reauthorized;
  if (id !== undefined) return foundById(id, token, also);
  if (token === null) return [(state: ModelState) => meantByFind(named, state).length === 0];
  const wasMeant = (state: ModelState) =>
    meantByFind(named, state).some((own) => own.id === token.id);
  return [wasMeant, wasSo(token, also)];
}

function foundById(
  id: string,
  token: TokenJson | null,
  also: (own: ModelToken) => boolean = () => true,
): Sight<ModelState>[] {
  if (token === null) return [(state) => livingOf(id, state) === undefined];
  return [(state) => livingOf(id, state)?.id === token.id, wasSo(token, also)];
}

/** Exactly these fields, at an instant: a refresh that ends after a logout is still the find's. */
function wasSo(
  { id = '', ...fields }: TokenJson,
  also: (own: ModelToken) => boolean,
): Sight<ModelState> {
  return (state) => {
    const own = tokenOf(id, state);
    return (
      own !== undefined && own.ended === undefined && sameFields(own.fields, fields) && also(own)
    );
  };
}

/** A living token that holds exactly these fields. */
function isLike({ id = '', ...fields }: TokenJson): Sight<ModelState> {
  return (state) => {
    const own = tokenOf(id, state);
    return own !== undefined && isAlive(own, state) && sameFields(own.fields, fields);
  };
}

/** Whether a find carries a grant or refresh token that the token never had. */
function isNewTo({ fields, former }: ModelToken, named: Fields): boolean {
  return (['grantToken', 'refreshToken'] as const).some((field) => {
    const value = named[field];
    return value !== undefined && value !== fields[field] && !former.includes(`${field}=${value}`);
  });
}

type WhoseAccessToken = Performed<'accessToken'>['request'];

function wasMeantBy(request: WhoseAccessToken, id: string): Sight<ModelState> {
  return 'id' in request
    ? (state) => livingOf(request.id, state)?.id === id
    : (state) => meantByFind(request, state).some((own) => own.id === id);
}

function handedOut(request: WhoseAccessToken, answer: Answers['accessToken']) {
  const { tokenId, accessToken, expiresAt, apiDomain } = answer;
  const wasSo: Sight<ModelState> = (state) => {
    const own = tokenOf(tokenId, state);
    if (own === undefined || own.ended !== undefined) return false;
    const { fields } = own;
    return (
      fields.accessToken === accessToken &&
      (fields.expiresAt ?? null) === expiresAt &&
      (fields.apiDomain ?? null) === apiDomain
    );
  };
  return [wasMeantBy(request, tokenId), wasSo];
}

function refusal(
  one: Performed,
  { code, tokenId }: { readonly code: string; readonly tokenId: string | undefined },
): Sight<ModelState>[] {
  if (one.kind === 'save') return [(state) => meantBySave(one.request, state) === code];
  if (one.kind === 'delete' && one.request.revoke && code === 'PROVIDER_UNAVAILABLE') {
    return [(state) => livingOf(one.request.id, state) !== undefined];
  }
  if (one.kind !== 'accessToken') return [NEVER];
  const { request, endedAtMs } = one;
  if (code === 'TOKEN_NOT_FOUND') {
    return 'id' in request
      ? [(state) => livingOf(request.id, state) === undefined]
      : [(state) => meantByFind(request, state).length === 0];
  }
  if (tokenId === undefined) return [NEVER];
  const refreshable = code === 'PROVIDER_UNAVAILABLE';
  const hadNone: Sight<ModelState> = (state) => {
    const own = tokenOf(tokenId, state);
    if (own === undefined || own.ended !== undefined) return false;
    return !isSurelyUsable(own.fields, endedAtMs) && canBeRefreshed(own.fields) === refreshable;
  };
  return [wasMeantBy(request, tokenId), hadNone];
}

/** How far the clocks of containers may be apart. */
const MOST_SKEW_MS = 120_000;

/** Where nobody said when an access token expires, it may be taken to have. */
function isSurelyUsable({ accessToken, expiresAt }: Fields, nowMs: number): boolean {
  return accessToken !== undefined && expiresAt !== undefined && expiresAt > nowMs + MOST_SKEW_MS;
}

function canBeRefreshed({ refreshToken, clientId, clientSecret }: Fields): boolean {
  return refreshToken !== undefined && clientId !== undefined && clientSecret !== undefined;
}

function listed(
  { tokens, unreadable }: Answers['list'],
  { includeSecrets }: { readonly includeSecrets: boolean },
  known: readonly string[],
): Sight<ModelState>[] {
  const shown = tokens.map(({ id }) => id);
  const twice = shown.some((id, place) => shown.indexOf(id) !== place);
  if (unreadable.length > 0 || twice) return [NEVER];
  const missing = known.filter((id) => !shown.includes(id));
  return [
    ...tokens.map((token) => (includeSecrets ? isLike(token) : isDescribedBy(token))),
    ...missing.map(
      (id): Sight<ModelState> =>
        (state) => {
          const own = tokenOf(id, state);
          return own === undefined || !isAlive(own, state);
        },
    ),
  ];
}

/** A living token whose fields are these, but for its secrets. */
function isDescribedBy({ id = '', ...fields }: TokenJson): Sight<ModelState> {
  return (state) => {
    const own = tokenOf(id, state);
    if (own === undefined || !isAlive(own, state)) return false;
    const { clientSecret, grantToken, refreshToken, accessToken, ...described } = own.fields;
    return sameFields(described, fields);
  };
}

function comeBack(
  { restored: back, skipped }: Answers['restore'],
  ofLastLogout: boolean,
  known: readonly string[],
): Promise {
  const named = [...back, ...skipped.map(({ id }) => id)];
  const left = known.filter((id) => !named.includes(id));
  return {
    steps: back.map((id) => (state) => restored(id, ofLastLogout, state)),
    sights: [
      ...skipped.map(({ id, reason }) => wasInTheWay(id, reason)),
      ...left.map(
        (id): Sight<ModelState> =>
          (state) => {
            const own = tokenOf(id, state);
            return own === undefined || !wasLoggedOutLast(own, state);
          },
      ),
    ],
  };
}

function wasInTheWay(id: string, reason: string): Sight<ModelState> {
  return (state) => {
    const own = tokenOf(id, state);
    if (reason === 'unknown id') return own === undefined;
    // Who is told so is told to repeat the call as well.
    if (reason.startsWith('it changed meanwhile')) return true;
    const obstacle = own && obstacleTo(own, state);
    if (obstacle === undefined) return false;
    if (obstacle.why === 'alive') return reason === 'it is not deleted';
    return reason.includes(`token ${obstacle.by}`);
  };
}
