/**
 * Operations, answers and tokens in few words. Ids are told apart by letters, in the order in which
 * they are first named.
 */
import { ROTATING_CLIENT } from '../machine/machine.ts';
import { isAlive, type ModelState, type ModelToken } from '../model/state.ts';
import type { Performed } from '../program/operation.ts';

const NEVER_GIVEN = 'f'.repeat(32);

export class Words {
  readonly #letters = new Map<string, string>();

  asked({ kind, request }: Performed): string {
    const { token, id, ...others } = request as { token?: object; id?: string };
    const about = { ...(id !== undefined && { id }), ...token, ...others };
    const text = this.#fields(about);
    return text === '' ? kind : `${kind} ${text}`;
  }

  answered({ result }: Performed): string {
    switch (result.outcome) {
      case 'answered':
        return this.#value(result.answer);
      case 'refused':
        return result.code;
      case 'unknown':
        return `no answer (${result.code})`;
      case 'bug':
        return `thrown: ${result.error.stack ?? result.error.message}`;
    }
  }

  /** What the store holds, most recently saved last. */
  state(state: ModelState): string[] {
    if (state.tokens.length === 0) return ['nothing'];
    return state.tokens.map(
      (token) =>
        `${this.#id(token.id)}, ${this.#fate(token, state)}: ${this.#fields(token.fields)}`,
    );
  }

  id(id: string): string {
    return this.#id(id);
  }

  #fate(token: ModelToken, state: ModelState): string {
    if (isAlive(token, state)) return 'living';
    if (token.ended === undefined) return 'logged out';
    if (token.ended === 'deleted') return 'deleted';
    return `taken over by ${this.#id(token.ended.supersededBy)}`;
  }

  #fields(fields: object): string {
    return Object.entries(fields)
      .map(([name, value]) => `${name} ${this.#value(value)}`)
      .join(', ');
  }

  #value(value: unknown): string {
    if (typeof value === 'string') return /^[0-9a-f]{32}$/.test(value) ? this.#id(value) : value;
    if (value === undefined) return 'done';
    if (typeof value !== 'object' || value === null) return String(value);
    if (Array.isArray(value)) return `[${value.map((each) => this.#value(each)).join(', ')}]`;
    return `{${this.#fields(value)}}`;
  }

  #id(id: string): string {
    if (id === NEVER_GIVEN) return 'an id that was never given';
    const known = this.#letters.get(id);
    if (known !== undefined) return known;
    const number = this.#letters.size;
    const letter = number < 26 ? String.fromCharCode(65 + number) : `T${number}`;
    this.#letters.set(id, letter);
    return letter;
  }
}

/** What the names in a history do not say. */
export const LEGEND = `The provider gives ${ROTATING_CLIENT} a new refresh token with every refresh.`;
