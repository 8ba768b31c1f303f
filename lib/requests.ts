/**
 * From an unknown event to a request, once, at the edge. Bad input is an INVALID_REQUEST that
 * names the field and says why, without repeating the value: it may be a secret.
 */
import * as v from 'valibot';
import type { TokenJson } from './contract.ts';
import { LatchkeyError } from './errors.ts';
import { type Token, tokenFromJson } from './token.ts';

/** Secrets Manager keeps 65,536 bytes: no single field can be longer. */
const MAX_SECRET_LENGTH = 65_536;
/** Far past any user name, client id or URL of a provider. */
const MAX_NAME_LENGTH = 2_048;
/** 128 bits in hexadecimal: what `newId` of the composition root gives. */
const TOKEN_ID = /^[0-9a-f]{32}$/;
const NO_TOKEN_ID = '0'.repeat(32);
/** The last millisecond that a Date can hold (ECMAScript, time values). */
const LAST_DATE_MS = 8_640_000_000_000_000;
export const MAX_PAGE_SIZE = 100;
/** A provider's tokens live an hour as a rule; more than most of it cannot be promised. */
export const MAX_MIN_VALID_SECONDS = 2_700;

export interface FindRequest {
  readonly id?: string;
  readonly token: Token;
}
export type SaveRequest = FindRequest;
export interface ByIdRequest {
  readonly id: string;
}
export interface DeleteRequest extends ByIdRequest {
  /** Whether the grant shall end at the provider too. */
  readonly revoke: boolean;
}
export interface ListRequest {
  readonly cursor?: string;
  readonly limit: number;
  readonly includeSecrets: boolean;
}
export interface DeleteAllRequest {
  readonly requestId?: string;
}
export type AccessTokenRequest = (
  | { readonly id: string }
  | { readonly userName: string; readonly clientId?: string }
) & { readonly minValidSeconds?: number };
export type RestoreRequest =
  | ByIdRequest
  /** Counted back: 1 is the last logout. */
  | { readonly logout: number; readonly cursor?: string };

const string = (max: number) =>
  v.pipe(
    v.string('must be a string'),
    v.nonEmpty('must not be empty: leave it out instead'),
    v.maxLength(max, `must not be longer than ${max} characters`),
    v.check((value) => value.isWellFormed(), 'must be well-formed Unicode'),
  );
const optional = <S extends v.GenericSchema>(schema: S) => v.nullish(schema);
const name = string(MAX_NAME_LENGTH);
const secret = string(MAX_SECRET_LENGTH);
/**
 * What this store cannot have given stands for no token, and travels no further: a caller may have
 * put a secret there by mistake, and ids appear in logs and keys.
 */
const tokenId = v.pipe(
  name,
  v.transform((id) => (TOKEN_ID.test(id) ? id : NO_TOKEN_ID)),
);
/** Where it would be misleading to answer that there is no such token. */
const strictTokenId = v.pipe(
  name,
  v.regex(TOKEN_ID, 'must be the id of a token: 32 hexadecimal digits, as a save answered it'),
);
const wholeNumber = (min: number, max: number) => {
  const text = `must be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(text), v.integer(text), v.minValue(min, text), v.maxValue(max, text));
};
/** As a deployment may name one. */
const provider = v.pipe(
  name,
  v.regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    'must be the name of a provider: lower-case letters, digits, -',
  ),
);
const boolean = v.boolean('must be true or false');
/** Every field of a request, as a caller might misspell it; and what stands for the whole. */
const fieldNames = new Set(['event']);
/** An object of these fields and no others. An array is none: `[]` must not pass for `{}`. */
const objectOf = <Entries extends v.ObjectEntries>(entries: Entries) => {
  const fields = Object.keys(entries);
  for (const field of fields) fieldNames.add(folded(field));
  return v.pipe(
    v.unknown(),
    v.check((value) => !Array.isArray(value), 'must be an object'),
    v.strictObject(entries, (issue) => objectProblem(issue, fields)),
  );
};

const tokenSchema = objectOf({
  id: optional(tokenId),
  userName: optional(name),
  clientId: optional(name),
  clientSecret: optional(secret),
  grantToken: optional(secret),
  refreshToken: optional(secret),
  accessToken: optional(secret),
  redirectUrl: optional(name),
  apiDomain: optional(name),
  provider: optional(provider),
  expiresAt: optional(wholeNumber(0, LAST_DATE_MS)),
});

const withToken = objectOf({ token: tokenSchema });
const byId = objectOf({ id: tokenId });
const deletion = objectOf({ id: tokenId, revoke: optional(boolean) });
const listing = objectOf({
  cursor: optional(name),
  limit: optional(wholeNumber(1, MAX_PAGE_SIZE)),
  includeSecrets: optional(boolean),
});
const deletionOfAll = objectOf({ requestId: optional(string(36)) });
const accessToken = objectOf({
  id: optional(tokenId),
  userName: optional(name),
  clientId: optional(name),
  minValidSeconds: optional(wholeNumber(0, MAX_MIN_VALID_SECONDS)),
});
const restoration = objectOf({
  id: optional(strictTokenId),
  lastLogout: optional(boolean),
  logout: optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  cursor: optional(name),
});

export function parseFindToken(event: unknown): FindRequest {
  return splitToken(parse(withToken, event).token);
}

export function parseSaveToken(event: unknown): SaveRequest {
  return splitToken(parse(withToken, event).token);
}

export function parseFindTokenById(event: unknown): ByIdRequest {
  return parse(byId, event);
}

export function parseDeleteToken(event: unknown): DeleteRequest {
  const { id, revoke } = parse(deletion, event);
  return { id, revoke: revoke ?? false };
}

export function parseGetTokens(event: unknown): ListRequest {
  const { cursor, limit, includeSecrets } = parse(listing, event ?? {});
  return {
    ...(cursor != null && { cursor }),
    limit: limit ?? MAX_PAGE_SIZE,
    includeSecrets: includeSecrets ?? true,
  };
}

export function parseDeleteTokens(event: unknown): DeleteAllRequest {
  const { requestId } = parse(deletionOfAll, event);
  return { ...(requestId != null && { requestId }) };
}

export function parseGetAccessToken(event: unknown): AccessTokenRequest {
  const { id, userName, clientId, minValidSeconds } = parse(accessToken, event);
  const minimum = minValidSeconds == null ? {} : { minValidSeconds };
  if (id != null && userName == null && clientId == null) return { id, ...minimum };
  if (userName != null && id == null) {
    return { userName, ...(clientId != null && { clientId }), ...minimum };
  }
  throw invalid(
    'id',
    'give either an id, or a userName (with its clientId where there are several)',
  );
}

export function parseRestoreTokens(event: unknown): RestoreRequest {
  const { id, lastLogout, logout, cursor } = parse(restoration, event);
  const asked = [id, lastLogout, logout].filter((each) => each != null).length;
  if (asked === 1 && lastLogout !== false) {
    if (id == null) return { logout: logout ?? 1, ...(cursor != null && { cursor }) };
    if (cursor == null) return { id };
  }
  throw invalid(
    'id',
    'give either the id of a deleted token, or lastLogout: true, or which logout: 1 is the last',
  );
}

type ParsedToken = v.InferOutput<typeof tokenSchema>;

/** Absent and `null` mean the same. */
function splitToken({ id, ...fields }: ParsedToken): FindRequest {
  const given = Object.entries(fields).filter(([, value]) => value != null);
  const token = tokenFromJson(Object.fromEntries(given) as TokenJson);
  return { ...(id != null && { id }), token };
}

function parse<S extends v.GenericSchema>(schema: S, event: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, event, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalid(fieldName(v.getDotPath(issue) ?? 'event'), issue.message);
}

/** A field that no request has is named by the caller, who may have put a secret there. */
function fieldName(path: string): string {
  return path.split('.').every((field) => fieldNames.has(folded(field))) ? path : 'a field';
}

/** `access_token` and `accesstoken` are what somebody writes who means `accessToken`. */
function folded(field: string): string {
  return field.replaceAll('_', '').toLowerCase();
}

/** valibot's own texts quote what was received; this one says only what was wrong. */
function objectProblem(issue: v.StrictObjectIssue, fields: readonly string[]): string {
  if (issue.expected === 'never') return `is not one of those that go here: ${fields.join(', ')}`;
  return issue.received === 'undefined' ? 'is missing' : 'must be an object';
}

function invalid(field: string, problem: string): LatchkeyError {
  return new LatchkeyError('INVALID_REQUEST', `${field}: ${problem}.`);
}
