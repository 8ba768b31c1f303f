/**
 * What an application gets of the client library when something fails, and what the library's own
 * objects show: no secret that went through them, however deep somebody looks.
 */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { LatchkeyClient } from '../../../lib/client/latchkey-client.ts';
import { oauthTokenOf } from '../../../lib/client/zoho-token-fields.ts';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import type { FaultKind } from '../../../local/aws/faults.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { AwsInBetween } from '../../support/taint/aws-in-between.ts';
import { everythingOf } from '../../support/taint/everything-of.ts';
import { TaintedStore } from '../../support/taint/tainted-store.ts';

let tainted: TaintedStore;
let between: AwsInBetween;
let lambda: LambdaClient;
let client: LatchkeyClient;
let zohoStore: ZohoTokenStore;
beforeAll(async () => {
  tainted = await TaintedStore.start();
  between = await AwsInBetween.start(tainted.store.aws);
  const requestHandler = { requestTimeout: 1_000, throwOnRequestTimeout: true };
  const settings = { ...clientSettings(tainted.store.aws), requestHandler, maxAttempts: 1 };
  lambda = new LambdaClient({ ...settings, endpoint: between.url });
  const { functionNames } = tainted.store;
  client = new LatchkeyClient({ functionNames, lambda, maxAttempts: 2, sleep: async () => {} });
  zohoStore = new ZohoTokenStore(client);
});
afterEach(() => {
  between.handOnAll();
  tainted.store.aws.faults.clear();
});
afterAll(async () => {
  lambda.destroy();
  await between.close();
  await tainted.close();
});

/** Each operation that takes a secret, by both ways to call it. */
const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  saveToken: () => client.saveToken({ token: tainted.mintedToken('application') }),
  findToken: () => client.findToken({ token: tainted.mintedToken('application') }),
  'the SDK store: saveToken': () => zohoStore.saveToken(sdkToken()),
  'the SDK store: findToken': () => zohoStore.findToken(sdkToken()),
};
const sdkToken = () => oauthTokenOf(tainted.mintedToken('application'));

const lambdaFault = (kind: FaultKind) => () =>
  tainted.store.aws.faults.add({ service: 'lambda', times: 10, kind });
const repeated = (how: 'refusal' | 'page') => () => {
  for (const name of Object.values(tainted.store.functionNames)) {
    between.repeat(`POST /2015-03-31/functions/${name}/invocations`, how);
  }
};

const FAILURES: Readonly<Record<string, () => void>> = {
  'Lambda throttles': lambdaFault({ type: 'throttle' }),
  'Lambda fails': lambdaFault({ type: 'serverError' }),
  'the connection breaks': lambdaFault({ type: 'lostRequest' }),
  'the answer is lost': lambdaFault({ type: 'lostResponse' }),
  'the answer does not come in time': lambdaFault({ type: 'slow', delayMs: 2_000 }),
  'DynamoDB fails': () =>
    tainted.store.aws.faults.add({
      service: 'dynamodb',
      times: 100,
      kind: { type: 'serverError' },
    }),
  'Lambda refuses and repeats the request': repeated('refusal'),
  'the answer is a page that repeats the request': repeated('page'),
};

const cases = Object.keys(FAILURES).flatMap((failure) =>
  Object.keys(CALLS).map((call) => [failure, call] as const),
);

test.each(cases)('%s: %s', async (failure, call) => {
  FAILURES[failure]?.();
  const error = await CALLS[call]?.().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  expect(tainted.canaries.hits(failure, everythingOf(error))).toEqual([]);
});

test('neither client shows what went through it', async () => {
  const patient = tainted.store.client;
  const sdkStore = new ZohoTokenStore(patient);
  const { id } = await patient.saveToken({ token: await tainted.zohoToken('ann') });
  expect((await sdkStore.findTokenById(id)).getRefreshToken()).toBeTruthy();
  for (const object of [patient, sdkStore]) {
    expect(tainted.canaries.hits('client', everythingOf(object))).toEqual([]);
  }
});
