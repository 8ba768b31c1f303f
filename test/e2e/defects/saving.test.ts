/** Saving: what must be kept is kept, once, and a save that failed says so. */
import { runFreshProcess } from './run-fresh-process.ts';
import {
  CLIENT,
  clientToken,
  fieldsOf,
  idOf,
  ofUser,
  rejection,
  type SdkOnStore,
  sdkToken,
  startSdkOnStore,
  userNameOf,
} from './sdk-on-store.ts';

let store: SdkOnStore;
beforeAll(async () => {
  store = await startSdkOnStore();
});
afterEach(() => store.zoho.configure({ apiDomain: null }));
afterAll(() => store.close());

const NO_SCOPE = { code: 'OAUTH_SCOPE_MISMATCH', details: {}, message: '', status: 'error' };
/** The SDK may not look its user up, as without the scope for it. */
const hideUser = () =>
  store.zoho.failNext({ on: 'crm', kind: 'reply', status: 401, body: NO_SCOPE });
/** The store's own refresh gets no answer that it can use, so that the SDK makes one itself. */
const failStoresRefresh = () => store.zoho.failNext({ kind: 'garbage' });
const isWrite = (action: string) => !/^(BatchGet|Get)/.test(action);

test('#19 a login whose user may not be looked up keeps one token, which the user joins later', async () => {
  hideUser();
  const token = await store.logIn('scopeless-19');
  expect(await store.stored(token)).not.toHaveProperty('userName');
  const id = idOf(token);

  await store.expire(token);
  await token.getToken();
  expect(store.zoho.counters.crmRequests).toBe(0);

  await store.aws.advanceMinutes(1);
  await store.expire(token);
  failStoresRefresh();
  await token.getToken();

  expect(store.zoho.counters.crmRequests).toBe(2);
  expect((await store.start(ofUser(userNameOf('scopeless-19')))).getId()).toBe(id);
});

test('#25 a token with a client and an access token can be saved, and stays one', async () => {
  const build = () => clientToken().accessToken('AT-25').findUser(false).build();
  const first = await store.start(build());
  const second = await store.start(build());

  expect(await store.stored(first)).toMatchObject({ ...CLIENT, accessToken: 'AT-25' });
  expect(idOf(second)).toBe(idOf(first));
});

test('#26 a user name learned after the first save is saved, not refused as a duplicate', async () => {
  const token = clientToken().refreshToken('RT-26').accessToken('AT-26').build();
  await store.tokens.saveToken(token);
  const id = idOf(token);
  const named = sdkToken({ ...fieldsOf(token), userName: 'learned-26' });

  await store.tokens.saveToken(named);

  expect(idOf(named)).toBe(id);
  expect(await store.storedOf('learned-26')).toEqual([fieldsOf(named)]);
});

test('#26 a user name learned by a process that has no id joins the same token', async () => {
  const nameless = sdkToken({ ...CLIENT, refreshToken: 'RT-26b', accessToken: 'AT-26b' });
  await store.tokens.saveToken(nameless);
  const named = sdkToken({ ...CLIENT, refreshToken: 'RT-26b', userName: 'learned-26b' });

  await store.tokens.saveToken(named);

  expect(idOf(named)).toBe(idOf(nameless));
});

test('#31 a save that is refused leaves no ghost behind', async () => {
  const nobody = ofUser('ghost-31');

  await expect(store.tokens.saveToken(nobody)).rejects.toThrow(/^NOTHING_TO_STORE: /);

  expect(nobody.getId()).toBeFalsy();
  expect(await store.tokens.findToken(ofUser('ghost-31'))).toBeNull();
  expect(await store.storedOf('ghost-31')).toEqual([]);
});

test('#34 the SDK takes the store as it is: there is no base class to extend', async () => {
  expect(Object.getPrototypeOf(Object.getPrototypeOf(store.tokens))).toBe(Object.prototype);
  const token = await store.logIn('any-object-34');
  expect(await token.getToken()).toBe(token.getAccessToken());
});

test('#38 saving the same again makes no second token, nor any write', async () => {
  const token = await store.logIn('again-38');
  const { id, ...withoutId } = fieldsOf(token);
  const again = sdkToken(withoutId);
  store.takeCalls();

  await store.tokens.saveToken(token);
  await store.tokens.saveToken(again);

  expect(idOf(again)).toBe(id);
  expect(store.takeCalls().filter(({ action }) => isWrite(action))).toEqual([]);
});

test('#48 what one language saved another finds under the same field names', async () => {
  const token = await store.logIn('any-language-48');
  const { token: asJson } = await store.client.findToken({
    token: { userName: userNameOf('any-language-48') },
  });
  expect(asJson).toEqual({
    id: idOf(token),
    userName: userNameOf('any-language-48'),
    ...CLIENT,
    grantToken: token.getGrantToken(),
    refreshToken: token.getRefreshToken(),
    accessToken: token.getAccessToken(),
    apiDomain: store.zoho.base,
    expiresAt: Number(token.getExpiresIn()),
  });
});

test('#53 a stored token can be updated, time and again', async () => {
  const token = await store.logIn('updated-53');
  for (const accessToken of ['AT-53-1', 'AT-53-2', 'AT-53-3']) {
    token.setAccessToken(accessToken);
    await store.tokens.saveToken(token);
    expect((await store.tokens.findTokenById(idOf(token))).getAccessToken()).toBe(accessToken);
  }
  expect(await store.storedOf(userNameOf('updated-53'))).toHaveLength(1);
});

test('#56 a login that could not be saved fails, rather than seem to succeed', async () => {
  store.zoho.failNext({
    kind: 'reply',
    status: 200,
    body: { access_token: 'x'.repeat(70_000), refresh_token: 'RT-56', expires_in: 3600 },
  });
  const token = clientToken().grantToken('G-56').findUser(false).build();

  const failure = await rejection(store.start(token));

  expect(failure).toMatchObject({ message: expect.stringContaining('INVALID_REQUEST') });
  expect(token.getRefreshToken()).toBe('RT-56');
  expect(await store.tokens.findToken(clientToken().refreshToken('RT-56').build())).toBeNull();
});

test('#58 processes in different directories share one store', async () => {
  const token = await store.logIn('elsewhere-58');
  const outcome = await runFreshProcess(store, { cwd: '/', userName: userNameOf('elsewhere-58') });
  expect(outcome).toEqual({ id: idOf(token), accessToken: token.getAccessToken() });
});

test('#17 a token without a user is found without ending the process over its missing name', async () => {
  const token = sdkToken({ accessToken: 'AT-17' });
  await store.tokens.saveToken(token);
  const found = { id: idOf(token), accessToken: 'AT-17' };
  expect(await runFreshProcess(store, { accessToken: 'AT-17' })).toEqual(found);
  expect(await runFreshProcess(store, { id: idOf(token) })).toEqual(found);
});
