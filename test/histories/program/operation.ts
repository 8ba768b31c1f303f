/** What the actors of a history do, and what they are answered. Types only. */
import type {
  DeleteTokenResult,
  GetAccessTokenResult,
  RestoreTokensResult,
  SaveTokenResult,
  TokenJson,
} from '../../../lib/contract.ts';

import type { CallFault } from '../machine/call-faults.ts';
import type { ReadOrder } from '../machine/torn-index.ts';

/** The fields of a token but for its id. */
export type Fields = Omit<TokenJson, 'id'>;

/** What each operation is asked. Ids are as the store gave them. */
export interface Requests {
  save: { readonly id?: string; readonly token: Fields };
  find: { readonly id?: string; readonly token: Fields };
  findById: { readonly id: string };
  accessToken: { readonly id: string } | { readonly userName: string; readonly clientId?: string };
  delete: { readonly id: string; readonly revoke: boolean };
  deleteAll: object;
  /** Every page, one after the other. */
  list: { readonly limit: number; readonly includeSecrets: boolean };
  restore: { readonly id: string };
  /** What the last deleteTokens logged out: every page, one after the other. */
  restoreLast: object;
  /** A worker with a message for each of these tokens: due or not, late, repeated. */
  work: { readonly ids: readonly string[] };
  housekeep: object;
  advance: { readonly minutes: number };
}

export interface Answers {
  save: SaveTokenResult;
  find: { readonly token: TokenJson | null; readonly reauthorized: boolean };
  findById: TokenJson | null;
  accessToken: GetAccessTokenResult;
  delete: DeleteTokenResult;
  deleteAll: undefined;
  list: { readonly tokens: readonly TokenJson[]; readonly unreadable: readonly string[] };
  restore: RestoreTokensResult;
  restoreLast: RestoreTokensResult;
  work: undefined;
  housekeep: undefined;
  advance: undefined;
}

export type Kind = keyof Requests;

/** An operation before its history is run: a token is named by its number, see `TokenRef`. */
export type Operation = {
  [K in Kind]: { readonly kind: K; readonly request: ByRef<Requests[K]> };
}[Kind];

/**
 * The n-th token that was saved by the time at which it is named, counted round; where there is
 * none yet, an id that the store never gave.
 */
export type TokenRef = number;

type ByRef<Request> = Request extends unknown
  ? {
      readonly [Field in keyof Request]: Field extends 'id'
        ? TokenRef | Exclude<Request[Field], string>
        : Field extends 'ids'
          ? readonly TokenRef[]
          : Request[Field];
    }
  : never;

/** A whole history before it is run. */
export interface Program {
  /** One after the other, before the rest begins. */
  readonly before: readonly Operation[];
  /** What each container does, one operation after the other, while the others do theirs. */
  readonly containers: readonly (readonly Operation[])[];
  /** The same for what happens by itself. */
  readonly background: readonly Operation[];
  /** Who goes on after each outgoing call: see `machine/interleaving.ts`. */
  readonly choices: readonly number[];
  readonly readOrder: ReadOrder;
  readonly faults?: readonly CallFault[];
  /** How far the clock of each container is ahead, and of what happens by itself. Milliseconds. */
  readonly skewsMs?: readonly number[];
}

export type Outcome<Answer> =
  | { readonly outcome: 'answered'; readonly answer: Answer }
  /** `tokenId`: the token that the refusal names. */
  | { readonly outcome: 'refused'; readonly code: string; readonly tokenId: string | undefined }
  /** It was said to repeat the call: what was asked has been done or not. */
  | { readonly outcome: 'unknown'; readonly code: string }
  /** Something that is none of the contract was thrown. */
  | { readonly outcome: 'bug'; readonly error: Error };

interface Timing {
  /** The place of who asked in the list of actors. */
  readonly by: number;
  /** The first and the last step of the history that it was under way in. */
  readonly beganAt: number;
  readonly endedAt: number;
  readonly endedAtMs: number;
  /** Ids that were made for it: a token's among them, where it made one. */
  readonly newIds: readonly string[];
}

/** One operation of a history, and what came of it. */
export type Performed<K extends Kind = Kind> = {
  [Each in K]: Timing & {
    readonly kind: Each;
    readonly request: Requests[Each];
    readonly result: Outcome<Answers[Each]>;
  };
}[K];
