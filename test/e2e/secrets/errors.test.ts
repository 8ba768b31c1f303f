/**
 * What the functions throw, looked at to the bottom, where AWS repeats in its errors all that it
 * was sent: where an adapter lets go of an error, and where a handler does, which Lambda logs.
 * With it the heads of all requests, X-Ray's among them.
 */
import { FUNCTION_NAMES, type FunctionName } from '../../../infra/bundling/bundles.ts';
import { refreshMessage } from '../../../lib/refresh-queue/refresh-message.ts';
import { AwsInBetween } from '../../support/taint/aws-in-between.ts';
import type { Hit } from '../../support/taint/canaries.ts';
import { CapturedOutput } from '../../support/taint/captured-output.ts';
import { everythingOf } from '../../support/taint/everything-of.ts';
import { FunctionsHere } from '../../support/taint/functions-here.ts';
import { TaintedStore } from '../../support/taint/tainted-store.ts';

type AwsFailure = typeof import('../../../lib/aws-failure.ts');

/** What adapters threw, apart from the classes that they catch themselves. */
const mockThrown: unknown[] = [];
/** A leak: what the adapter caught travels along as the cause. */
let mockPlanted = false;

jest.mock('../../../lib/aws-failure.ts', () => {
  const original: AwsFailure = jest.requireActual('../../../lib/aws-failure.ts');
  const withoutPayload: AwsFailure['withoutPayload'] = (error) => {
    const left = original.withoutPayload(error);
    if (mockPlanted) Object.defineProperty(left, 'cause', { value: error, enumerable: false });
    mockThrown.push(left);
    return left;
  };
  const callAws: AwsFailure['callAws'] = async (run, deadline, expected = []) => {
    const caught: unknown[] = [];
    const noted: typeof run = (options) =>
      run(options).catch((error: unknown) => {
        caught.push(error);
        throw error;
      });
    try {
      return await original.callAws(noted, deadline, expected);
    } catch (error) {
      if (expected.some((known) => error instanceof known)) throw error;
      if (mockPlanted) Object.assign(error as Error, { cause: caught.at(-1) });
      mockThrown.push(error);
      throw error;
    }
  };
  return { ...original, withoutPayload, callAws };
});

const environmentBefore = process.env;
let tainted: TaintedStore;
let between: AwsInBetween;
let functions: FunctionsHere;
let output: CapturedOutput;
const handlersThrew: unknown[] = [];
const refusals: unknown[] = [];

beforeAll(async () => {
  process.env = { ...environmentBefore };
  tainted = await TaintedStore.start();
  between = await AwsInBetween.start(tainted.store.aws);
  functions = await FunctionsHere.load(tainted.store, between.url);
  output = CapturedOutput.start();
  await everyCallRepeats();
  output.stop();
});
afterAll(async () => {
  process.env = environmentBefore;
  await between.close();
  await tainted.close();
});

/** Each function as it succeeds; then with each of its calls to AWS answered by what it was sent. */
async function everyCallRepeats(): Promise<void> {
  for (const name of FUNCTION_NAMES) {
    const event = async () => (await EVENTS[name]()) as unknown;
    between.actions.length = 0;
    await functions.call(name, await event());
    for (const action of new Set(between.actions)) {
      for (const how of ['refusal', 'page'] as const) {
        const asked = await event();
        between.repeat(action, how);
        const called = await functions.call(name, asked);
        between.handOnAll();
        if ('thrown' in called) handlersThrew.push(called.thrown);
        else if (JSON.stringify(called.answer).includes('"error"')) refusals.push(called.answer);
      }
    }
  }
}

const expired = () => tainted.save('here', { expiresAt: tainted.store.aws.clock.nowMs() - 1 });
const byId = async () => ({ id: (await expired()).id });

/** For each function an event that takes it through all its calls. */
const EVENTS: Readonly<Record<FunctionName, () => Promise<object>>> = {
  'save-token': async () => ({ token: tainted.mintedToken('saved here') }),
  'find-token': async () => ({ token: { refreshToken: (await expired()).token.refreshToken } }),
  'find-token-by-id': byId,
  'get-access-token': byId,
  'delete-token': async () => ({ ...(await byId()), revoke: true }),
  'delete-tokens': async () => ({}),
  'get-tokens': async () => (await expired()) && {},
  'restore-tokens': async () => {
    const { id } = await byId();
    await tainted.invoke('deleteToken', { id });
    return { id };
  },
  'refresh-dispatcher': async () => (await expired()) && {},
  'refresh-worker': async () => {
    const { id } = await expired();
    return { Records: [{ messageId: 'M', body: refreshMessage(id) }] };
  },
  housekeeper: async () => (await expired()) && { mode: 'repair' },
  'token-widget': async () => ({ widgetContext: {} }),
};

const hitsIn = (channel: string, thrown: readonly unknown[]): Hit[] =>
  tainted.canaries.hits(channel, thrown.map(everythingOf).join('\n'));

test('no error that an adapter lets go of holds a secret, however deep', () => {
  expect(mockThrown.length).toBeGreaterThan(40);
  expect(hitsIn('adapters', mockThrown)).toEqual([]);
});

test('no error that a handler lets go of holds a secret, nor an answer, nor what was printed', () => {
  expect(handlersThrew.length).toBeGreaterThan(20);
  expect(hitsIn('handlers', handlersThrew)).toEqual([]);
  expect(hitsIn('answers', refusals)).toEqual([]);
  expect(output.text).toContain('"outcome":"BUG"');
  expect(tainted.canaries.hits('output', output.text)).toEqual([]);
});

test('no head of a request to AWS holds a secret', () => {
  expect(between.heads.join('\n')).toMatch(/x-amzn-trace-id\nRoot=/i);
  expect(tainted.canaries.hits('heads', between.heads.join('\n'))).toEqual([]);
});

test('a cause that travels along is found', async () => {
  mockPlanted = true;
  mockThrown.length = 0;
  const event = await EVENTS['save-token']();
  between.repeat('CreateSecret', 'refusal');
  output = CapturedOutput.start();
  await functions.call('save-token', event);
  output.stop();
  expect(hitsIn('adapters', mockThrown)).toContainEqual({
    channel: 'adapters',
    kind: 'refresh token',
    encoding: 'plain',
  });
});
