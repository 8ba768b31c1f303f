/**
 * Refreshing: when the store does it, what the SDK makes of Zoho's odd answers does not happen.
 * Every login here has been exchanged by the SDK; the refresh is the store's.
 */
import { startFakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import {
  clientToken,
  idOf,
  ofUser,
  rejection,
  type SdkOnStore,
  startSdkOnStore,
  userNameOf,
} from './sdk-on-store.ts';

interface Answer {
  readonly at: string;
  readonly hours?: number;
  readonly [expiry: string]: unknown;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const THROTTLED = {
  error_description: 'You have made too many requests continuously.',
  error: 'Access Denied',
  status: 'failure',
};

let store: SdkOnStore;
beforeAll(async () => {
  store = await startSdkOnStore();
});
afterEach(() => store.zoho.configure({ apiDomain: null, expiryForm: 'seconds' }));
afterAll(() => store.close());

const reply = (body: unknown, status = 200) => store.zoho.failNext({ kind: 'reply', status, body });

test('#6 an API domain that is on no list is not stored by a refresh', async () => {
  const token = await store.logIn('elsewhere-6');
  await store.expire(token);
  store.zoho.configure({ apiDomain: 'https://evil.example' });

  await token.getToken();

  expect(store.refreshes()).toBe(1);
  expect((await store.stored(token))?.apiDomain).toBe(store.zoho.base);
});

test('#6 an API domain in a saved token does not send the client secret to a stranger', async () => {
  const stranger = await startFakeZoho();
  try {
    const token = await store.logIn('misled-6');
    token.setAPIDomain(stranger.base);
    await store.tokens.saveToken(token);
    await store.expire(token);

    await token.getToken();

    expect(stranger.requests).toEqual([]);
    expect(store.refreshes()).toBe(1);
  } finally {
    await stranger.close();
  }
});

test.each([
  ['#8 a refresh without expires_in still ends in an hour, and is made once', { at: 'AT-8' }],
  ['#8 a refresh with an absurd expires_in too', { at: 'AT-8b', expires_in: 'soon' }],
  [
    '#9 expires_in_sec beside expires_in of seconds is an hour, not four seconds',
    { at: 'AT-9', expires_in_sec: 3600, expires_in: 3600 },
  ],
  [
    '#9 expires_in_sec beside expires_in of milliseconds is an hour',
    { at: 'AT-9b', expires_in_sec: 3600, expires_in: 3_600_000 },
  ],
  [
    '#9 expires_in_sec is what counts: half an hour is half an hour',
    { at: 'AT-9d', hours: 0.5, expires_in_sec: 1800, expires_in: 1_800_000 },
  ],
  [
    '#9 an expires_in of text is not glued to the time',
    { at: 'AT-9c', expires_in_sec: 3600, expires_in: '3600000' },
  ],
] satisfies [string, Answer][])('%s', async (_, answer: Answer) => {
  const { at, hours = 1, ...expiry } = answer;
  const token = await store.logIn(`expiry-${at}`);
  await store.expire(token);
  const before = Date.now();
  reply({ access_token: at, token_type: 'Bearer', ...expiry });

  const accessTokens = [await token.getToken(), await token.getToken(), await token.getToken()];

  expect(accessTokens).toEqual([at, at, at]);
  expect(store.refreshes()).toBe(1);
  const lifeMs = ((await store.stored(token))?.expiresAt ?? 0) - before;
  expect(lifeMs).toBeGreaterThanOrEqual(hours * HOUR_MS);
  expect(lifeMs).toBeLessThan(hours * HOUR_MS + MINUTE_MS);
});

test('#8 a login without expires_in is stored without an expiry, not as NaN', async () => {
  store.zoho.configure({ expiryForm: 'missing' });
  const token = await store.logIn('never-8');

  expect(token.getExpiresIn()).toBe('NaN');
  expect(await store.stored(token)).not.toHaveProperty('expiresAt');
  const again = await store.start(ofUser(userNameOf('never-8')));
  expect(again.getAccessToken()).toBe(token.getAccessToken());
});

test('#9 a login whose expiry the SDK glued together is stored without one, not refused', async () => {
  const expiry = { expires_in_sec: 3600, expires_in: '3600000' };
  reply({ access_token: 'AT-glued-9', refresh_token: 'RT-glued-9', ...expiry });
  store.zoho.clearLog();
  const token = clientToken().grantToken('G-glued-9').findUser(false).build();
  await store.start(token);

  expect(token.getExpiresIn()).toMatch(/^\d{13}3600000$/);
  expect(await store.stored(token)).toMatchObject({ accessToken: 'AT-glued-9' });
  expect(await store.stored(token)).not.toHaveProperty('expiresAt');
  expect(await token.getToken()).toBe('AT-glued-9');
  expect(store.refreshes()).toBe(0);
});

test('#9 a login that the SDK took to last four seconds does not end in a refresh storm', async () => {
  const first = await store.logIn('storm-9');
  reply({
    access_token: 'AT-storm-9',
    refresh_token: first.getRefreshToken(),
    expires_in_sec: 3600,
    expires_in: 3600,
  });
  const token = clientToken().grantToken(store.grant('storm-9')).findUser(false).build();
  await store.start(token);
  expect(Number(token.getExpiresIn())).toBeLessThan(Date.now() + 5_000);

  const accessTokens = [await token.getToken(), await token.getToken(), await token.getToken()];

  expect(new Set(accessTokens).size).toBe(1);
  expect(store.refreshes()).toBe(1);
});

test.each([
  ['#10 an access token that comes with HTTP 500', 500, { access_token: 'AT-500' }],
  ['#10 an empty access token', 200, { access_token: '', expires_in: 3600 }],
  ['#10 an access token that is no text', 200, { access_token: 7, expires_in: 3600 }],
  ['#10 an answer that is not an object', 200, 'AT-500'],
  ['#11 an error that is null', 200, { error: null }],
])('%s is not taken for a refresh, and the next try has it right', async (name, status, body) => {
  const token = await store.logIn(`odd-${name.replaceAll(/\W/g, '')}`);
  await store.expire(token);
  reply(body, status);

  const accessToken = await token.getToken();

  expect(store.refreshes()).toBe(2);
  const stored = await store.stored(token);
  expect(stored?.accessToken).toBe(accessToken);
  expect(accessToken).toMatch(/^1000\./);
  expect(stored?.expiresAt).toBeGreaterThan(Date.now() + HOUR_MS - MINUTE_MS);
});

test('#10 a page instead of JSON is not taken for a refresh either', async () => {
  const token = await store.logIn('page-10');
  await store.expire(token);
  store.zoho.failNext({ kind: 'garbage', status: 200 });
  expect(await token.getToken()).toMatch(/^1000\./);
  expect(store.refreshes()).toBe(2);
});

test.each([200, 400])(
  '#11 a throttle of HTTP %i says to wait, and is not repeated at once',
  async (status) => {
    const token = await store.logIn(`throttled-${status}-11`);
    await store.expire(token);
    reply(THROTTLED, status);
    const id = idOf(token);

    const failure = await rejection(store.client.getAccessToken({ id }));

    expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true });
    expect(store.refreshes()).toBe(1);
  },
);

test.each([200, 400])(
  '#11 a revoked refresh token, by HTTP %i, says to log in again: not the same as a throttle',
  async (status) => {
    // The refusals are this token's alone, and do not add up to an incident with earlier ones.
    await store.client.deleteTokens();
    await store.aws.advanceMinutes(20);
    const token = await store.logIn(`revoked-${status}-11`);
    await store.expire(token);
    for (const _refusal of [1, 2]) reply({ error: 'invalid_code' }, status);
    await rejection(store.client.getAccessToken({ id: idOf(token) }));
    await store.aws.advanceMinutes(3);

    const failure = await rejection(store.client.getAccessToken({ id: idOf(token) }));

    expect(failure).toMatchObject({ code: 'REAUTHORIZATION_REQUIRED', retryable: false });
  },
);

test('#11 a wrong client secret is told from both, and leaves the token alone', async () => {
  const token = await store.logIn('client-fault-11');
  await store.expire(token);
  reply({ error: 'invalid_client_secret' });

  const failure = await rejection(store.client.getAccessToken({ id: idOf(token) }));

  expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: false });
  expect((await store.stored(token))?.refreshToken).toBe(token.getRefreshToken());
});
