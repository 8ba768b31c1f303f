/** What each function may answer, written down a second time: from lib/contract.ts and README.md. */
import * as v from 'valibot';
import type { FunctionName } from '../../../infra/bundling/bundles.ts';
import type { ErrorCode } from '../../../lib/contract.ts';

const CODES = [
  'INVALID_REQUEST',
  'NOTHING_TO_STORE',
  'TOKEN_TOO_LARGE',
  'TOKEN_NOT_FOUND',
  'REAUTHORIZATION_REQUIRED',
  'PROVIDER_UNAVAILABLE',
  'CONFLICT',
  'STORE_UNAVAILABLE',
] as const satisfies readonly ErrorCode[];

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const text = v.pipe(v.string(), v.nonEmpty());
const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const plain = {
  id,
  userName: v.exactOptional(text),
  clientId: v.exactOptional(text),
  redirectUrl: v.exactOptional(text),
  apiDomain: v.exactOptional(text),
  provider: v.exactOptional(text),
  expiresAt: v.exactOptional(time),
};
const token = v.strictObject({
  ...plain,
  clientSecret: v.exactOptional(text),
  grantToken: v.exactOptional(text),
  refreshToken: v.exactOptional(text),
  accessToken: v.exactOptional(text),
});
const report = v.record(v.string(), count);

const RESULTS = {
  'find-token': v.strictObject({
    token: v.nullable(token),
    reauthorized: v.exactOptional(v.literal(true)),
  }),
  'find-token-by-id': v.strictObject({ token: v.nullable(token) }),
  'save-token': v.strictObject({ id, created: v.boolean() }),
  'delete-token': v.strictObject({ deleted: v.boolean() }),
  'get-tokens': v.strictObject({
    tokens: v.array(token),
    cursor: v.exactOptional(text),
    unreadable: v.exactOptional(v.array(id)),
  }),
  'delete-tokens': v.strictObject({}),
  'get-access-token': v.strictObject({
    accessToken: text,
    expiresAt: v.nullable(time),
    apiDomain: v.nullable(text),
    tokenId: id,
  }),
  'restore-tokens': v.strictObject({
    restored: v.array(id),
    skipped: v.array(v.strictObject({ id, reason: text })),
    earlierLogout: v.exactOptional(v.pipe(count, v.minValue(2))),
    cursor: v.exactOptional(text),
  }),
  'refresh-dispatcher': v.strictObject({
    backlog: count,
    due: count,
    dispatched: count,
    oldestDueMs: count,
  }),
  'refresh-worker': v.strictObject({
    batchItemFailures: v.array(v.strictObject({ itemIdentifier: v.string() })),
  }),
  housekeeper: v.looseObject({
    mode: v.picklist(['report', 'repair']),
    checked: report,
    findings: report,
    repaired: report,
  }),
  'token-widget': text,
} as const satisfies Record<FunctionName, v.GenericSchema>;

const failure = v.strictObject({
  error: v.strictObject({
    code: v.picklist(CODES),
    message: v.pipe(v.string(), v.minLength(10), v.maxLength(400)),
    retryable: v.boolean(),
  }),
});

/** The code of an expected failure; undefined for every other value. */
export function codeOf(answer: unknown): ErrorCode | undefined {
  const parsed = v.safeParse(failure, answer);
  return parsed.success ? parsed.output.error.code : undefined;
}

export function messageOf(answer: unknown): string | undefined {
  const parsed = v.safeParse(failure, answer);
  return parsed.success ? parsed.output.error.message : undefined;
}

/** Whether it is a result of that function; a failure is none. */
export function isResult(name: FunctionName, answer: unknown): boolean {
  const array = Array.isArray(answer);
  return !array && v.safeParse(RESULTS[name], answer).success;
}
