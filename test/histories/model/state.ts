/**
 * A store as its users are to understand it, with nothing in it of how it is built: tokens in the
 * order in which they were last saved, and how often everybody was logged out.
 * Pure: no I/O, no clock, no environment.
 */
import type { Fields } from '../program/operation.ts';

export interface ModelToken {
  readonly id: string;
  readonly fields: Fields;
  /** The grant and refresh tokens that it had before those it has, as `field=value`. */
  readonly former: readonly string[];
  /** How often everybody had been logged out when it was saved, or came back. */
  readonly generation: number;
  readonly ended?: 'deleted' | { readonly supersededBy: string };
}

export interface ModelState {
  readonly generation: number;
  /** The most recently saved stands last. */
  readonly tokens: readonly ModelToken[];
}

export const EMPTY_STORE: ModelState = { generation: 0, tokens: [] };

export function isAlive(token: ModelToken, { generation }: ModelState): boolean {
  return token.ended === undefined && token.generation === generation;
}

export function tokenOf(id: string, { tokens }: ModelState): ModelToken | undefined {
  return tokens.find((token) => token.id === id);
}

/** Where an id leads: to its token, or to the one that took its user and client over. */
export function resolved(id: string, state: ModelState): ModelToken | undefined {
  const token = tokenOf(id, state);
  const heir = typeof token?.ended === 'object' ? token.ended.supersededBy : undefined;
  return heir === undefined ? token : resolved(heir, state);
}

/** The living token that an id leads to. */
export function livingOf(id: string, state: ModelState): ModelToken | undefined {
  const token = resolved(id, state);
  return token && isAlive(token, state) ? token : undefined;
}

/** Whether the last deleteTokens ended it, and nothing else did. */
export function wasLoggedOutLast(token: ModelToken, { generation }: ModelState): boolean {
  return token.ended === undefined && token.generation === generation - 1;
}

/** The state with a token changed where it stands, or as the most recently saved one. */
export function withToken(state: ModelState, token: ModelToken, isSaved: boolean): ModelState {
  const { tokens } = state;
  if (!isSaved) {
    return { ...state, tokens: tokens.map((each) => (each.id === token.id ? token : each)) };
  }
  return { ...state, tokens: [...tokens.filter(({ id }) => id !== token.id), token] };
}
