/** Bugs of each class that bad input is there to find, as a careless change would make them. */
import type { FunctionName } from '../../infra/bundling/bundles.ts';
import type { Handler, Plant } from './engine/functions.ts';
import { OTHERS_NAME } from './inputs/corpus.ts';

/** Only that function has it. */
function only(name: FunctionName, bug: (handler: Handler) => Handler): Plant {
  return (planted, handler) => (planted === name ? bug(handler) : handler);
}

type Members = Record<string, unknown>;

const throwsOnNull = only('find-token', (handler) => async (event, context) => {
  const { token } = event as Members;
  return handler({ token }, context);
});

const quotesTheValue = only('find-token-by-id', (handler) => async (event, context) => {
  const answer = (await handler(event, context)) as { error?: { message: string } };
  if (answer.error === undefined) return answer;
  const { id } = Object(event) as Members;
  return { error: { ...answer.error, message: `${answer.error.message} It was ${id}.` } };
});

/** What is assigned to `__proto__` is inherited, and no member any more. */
const followsProto = only('find-token-by-id', (handler) => async (event, context) => {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return handler(event, context);
  }
  const copy: Members = {};
  for (const [name, value] of Object.entries(event)) copy[name] = value;
  return handler(copy, context);
});

const doesNotEscape = only('token-widget', (handler) => async (event, context) => {
  const page = (await handler(event, context)) as string;
  return page.replaceAll('&lt;', '<').replaceAll('&quot;', '"');
});

const believesExpiry = only('get-access-token', (handler) => async (event, context) => {
  const answer = (await handler(event, context)) as Members;
  const { expiresAt } = answer;
  const told = Number('NaN');
  return expiresAt === undefined ? answer : { ...answer, expiresAt: Date.now() + told * 1000 };
});

const logsAsItCame = only('refresh-worker', (handler) => async (event, context) => {
  const { Records: records } = Object(event) as { Records?: unknown };
  const first = Array.isArray(records) ? (Object(records[0]) as Members) : {};
  process.stdout.write(`{"level":"INFO","requestId":"${first['messageId']}"}\n`);
  return handler(event, context);
});

/** Who is not found is taken for somebody else. */
const answersAnothers = only('find-token', (handler) => async (event, context) => {
  const answer = (await handler(event, context)) as Members;
  if (answer['token'] !== null) return answer;
  return handler({ token: { userName: OTHERS_NAME } }, context);
});

/** Two names that look alike become one. */
const normalizes = only('save-token', (handler) => async (event, context) => {
  const { token, ...others } = Object(event) as { token?: unknown };
  const { userName } = Object(token) as Members;
  if (typeof userName !== 'string') return handler(event, context);
  const tidied = { ...(token as Members), userName: userName.normalize('NFKC').trim() || 'x' };
  return handler({ token: tidied, ...others }, context);
});

/** By the name of the target that finds it. */
export const PLANTS = {
  'throws on null': { target: 'find-token', plant: throwsOnNull, found: /it threw: .*TypeError/ },
  'quotes the value': {
    target: 'find-token-by-id',
    plant: quotesTheValue,
    found: /the message repeats|no answer of the contract/,
  },
  'follows __proto__': {
    target: 'find-token-by-id',
    plant: followsProto,
    found: /with a member "__proto__"/,
  },
  'does not escape': { target: 'token-widget', plant: doesNotEscape, found: /the page holds/ },
  'believes NaN': {
    target: 'answers of Zoho',
    plant: believesExpiry,
    found: /no answer of the contract|expires at/,
  },
  'logs as it came': {
    target: 'refresh-worker',
    plant: logsAsItCame,
    found: /a line of the log is no JSON object/,
  },
  "answers another's token": {
    target: 'find-token',
    plant: answersAnothers,
    found: /the answer repeats "bystander-/,
  },
  'tidies names up': { target: 'save-token', plant: normalizes, found: /found by its id as/ },
} as const satisfies Record<string, { target: string; plant: Plant; found: RegExp }>;
