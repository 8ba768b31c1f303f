/**
 * A history that was not promised, for people to read: who did what on a line of time, a column for
 * each, and why no order of it explains what was answered.
 */
import { shownViolation } from '../../support/invariants/invariants.ts';
import type { History } from '../machine/run-program.ts';
import type { Examined } from '../model/examine.ts';
import { livingOf, type ModelState } from '../model/state.ts';
import { meantByFind, meantBySave } from '../model/which-token.ts';
import type { Performed } from '../program/operation.ts';
import { LEGEND, Words } from './words.ts';

/** More states than this say no more. */
const MOST_STATES = 3;

export function timeline(history: History, examined: Examined): string {
  const words = new Words();
  const { performed } = history;
  const isUnexplained = examined.outcome === 'unexplained';
  // What came after it has nothing to do with it.
  const culprit = isUnexplained ? performed[examined.performed] : undefined;
  const shown = performed.filter(({ beganAt }) => beganAt <= (culprit?.endedAt ?? Infinity));
  const lines = ['step', ...linesOf(shown, history, words), '', LEGEND];
  if (culprit !== undefined && isUnexplained)
    lines.push('', ...why(culprit, examined.states, words));
  if (examined.outcome === 'undecided')
    lines.push('', 'So many orders are possible that not all were tried.');
  if (history.violations.length > 0) {
    lines.push('', 'What is stored in the end is damaged:');
    const damages = history.violations.map((violation) =>
      shownViolation({ ...violation, id: words.id(violation.id) }),
    );
    lines.push(...[...new Set(damages)].map((damage) => `  ${damage}`));
  }
  return lines.join('\n');
}

interface Moment {
  readonly step: number;
  readonly lane: number;
  readonly mark: '┌' | '└' | '─';
  readonly text: string;
}

function linesOf(performed: readonly Performed[], history: History, words: Words): string[] {
  const actors = [...new Set(performed.map(({ by }) => by))].sort((a, b) => a - b);
  const last = Math.max(...performed.map(({ endedAt }) => endedAt));
  const moments = performed
    .flatMap((one): Moment[] => {
      const lane = actors.indexOf(one.by);
      const asked = `${history.actors[one.by]}: ${words.asked(one)}`;
      const answered = `→ ${words.answered(one)}`;
      if (one.beganAt === one.endedAt) {
        return [{ step: one.beganAt, lane, mark: '─', text: `${asked} ${answered}` }];
      }
      return [
        { step: one.beganAt, lane, mark: '┌', text: asked },
        { step: one.endedAt, lane, mark: '└', text: answered },
      ];
    })
    .concat(
      history.mints
        .filter(({ atStep }) => atStep <= last)
        .map(({ atStep, accessToken, refreshToken, spent }): Moment => {
          const given =
            refreshToken === undefined ? accessToken : `${accessToken}, ${refreshToken}`;
          return {
            step: atStep,
            lane: -1,
            mark: '─',
            text: `the provider gives ${given} for ${spent}`,
          };
        }),
    )
    .sort((a, b) => a.step - b.step || b.mark.localeCompare(a.mark));
  const open = actors.map(() => false);
  return moments.map(({ step, lane, mark, text }) => {
    const columns = actors.map((_, each) => (each === lane ? mark : open[each] ? '│' : ' '));
    if (lane >= 0) open[lane] = mark === '┌';
    const answer = mark === '└' ? '  ' : '';
    return `${String(step).padStart(4)}  ${columns.join(' ')}  ${answer}${text}`;
  });
}

function why(culprit: Performed, states: readonly ModelState[], words: Words): string[] {
  const shown = states.slice(0, MOST_STATES);
  return [
    `No order explains it. "${words.asked(culprit)}" came to "${words.answered(culprit)}".`,
    'In every order that explains what came before, the store held by then',
    ...shown.flatMap((state, place) => [
      ...words
        .state(state)
        .map((line, each) => `  ${each === 0 ? (place === 0 ? '   ' : 'or ') : '   '}${line}`),
      `      which is answered with: ${rightAnswer(culprit, state, words)}`,
    ]),
    ...(states.length > MOST_STATES ? [`  and ${states.length - MOST_STATES} more.`] : []),
    'and what it held before, while the call was under way, is no explanation either.',
  ];
}

function rightAnswer(culprit: Performed, state: ModelState, words: Words): string {
  const oneOf = (ids: readonly { readonly id: string }[]) =>
    ids.length === 0 ? 'no token' : ids.map(({ id }) => words.id(id)).join(' or ');
  switch (culprit.kind) {
    case 'find': {
      const { id, token } = culprit.request;
      const living = id === undefined ? undefined : livingOf(id, state);
      return oneOf(id === undefined ? meantByFind(token, state) : living ? [living] : []);
    }
    case 'findById':
    case 'delete': {
      const living = livingOf(culprit.request.id, state);
      return oneOf(living ? [living] : []);
    }
    case 'accessToken': {
      const { request } = culprit;
      const living = 'id' in request ? livingOf(request.id, state) : undefined;
      return oneOf('id' in request ? (living ? [living] : []) : meantByFind(request, state));
    }
    case 'save': {
      const meant = meantBySave(culprit.request, state);
      return typeof meant === 'string' ? meant : oneOf(meant);
    }
    default:
      return 'other tokens';
  }
}
