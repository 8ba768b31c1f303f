/**
 * A canary for each kind of secret goes through every operation and the background, where they
 * succeed, are refused, fail and die, and appears in nothing but the answers that are asked for it:
 * no log line, metric, error, message, event, tag, description, index item or call to AWS.
 */
import { FILTERS } from '../../../lib/console/token-condition.ts';
import { isMetric, TaintedStore } from '../../support/taint/tainted-store.ts';
import { walkTheBackground } from '../../support/taint/walks/background.ts';
import { walkTheOperations } from '../../support/taint/walks/operations.ts';

let tainted: TaintedStore;
beforeAll(async () => {
  tainted = await TaintedStore.start();
  await walkTheBackground(tainted);
  await walkTheOperations(tainted);
});
afterAll(() => tainted.close());

test('no channel holds a secret, in any encoding', async () => {
  expect(await tainted.hits()).toEqual([]);
});

test('every kind of secret went through', () => {
  expect(tainted.canaries.kinds).toEqual([
    'access token',
    'client secret',
    'grant token',
    'minted access token',
    'minted refresh token',
    'refresh token',
    'secret in an odd place',
    'secret that is no JSON',
  ]);
});

test('every kind of failure was met', () => {
  const codes = tainted.failures.map((text) => {
    const { error, errorType } = JSON.parse(text) as Failure;
    return error?.code ?? errorType;
  });
  expect([...new Set(codes)].sort()).toEqual([
    'INVALID_REQUEST',
    'LatchkeyError',
    'PROVIDER_UNAVAILABLE',
    'Runtime.ExitError',
    'STORE_UNAVAILABLE',
    'TOKEN_NOT_FOUND',
    'TOKEN_TOO_LARGE',
  ]);
});

interface Failure {
  readonly error?: { readonly code: string };
  readonly errorType?: string;
}

test('every channel was in use', async () => {
  const { aws, logs } = tainted.store;
  expect(logs.filter(isMetric).length).toBeGreaterThan(10);
  expect(logs.filter((line) => line.includes('"outcome":"BUG"')).length).toBeGreaterThan(0);
  expect(tainted.pages.length).toBeGreaterThan(FILTERS.length);
  expect(tainted.pages.join('')).toContain('canary');
  expect(tainted.deadLetters.length).toBeGreaterThan(0);
  expect((await tainted.secretMetadata()).length).toBeGreaterThan(4);

  const partitions = (await tainted.stored.items()).map(({ pk }) => pk?.S?.split('#')[0]);
  const kindsOfItems = ['client', 'generation', 'job', 'key', 'token'];
  expect([...new Set(partitions)].sort()).toEqual(kindsOfItems);

  expect([...new Set(aws.events().map(({ detailType }) => detailType))].sort()).toEqual([
    'OAuth Client Fault',
    'Token Deleted',
    'Token Needs Reauthorization',
    'Token Refreshed',
  ]);
  const calls = aws.calls.filter(({ caller }) => caller !== 'local');
  expect([...new Set(calls.map(({ service }) => service))].sort()).toEqual([
    'dynamodb',
    'events',
    'lambda',
    'secretsmanager',
    'sqs',
  ]);
  expect(calls.filter(({ action }) => action === 'SendMessageBatch').length).toBeGreaterThan(5);
});
