/** Hostile values: they are stored and found as they are, and reach nothing but their own token. */
import { DataCenter, type OAuthToken } from '@zohocrm/typescript-sdk-8.0';
import type { TokenJson } from '../../../lib/contract.ts';
import {
  fieldsOf,
  idOf,
  ofUser,
  type SdkOnStore,
  sdkToken,
  startSdkOnStore,
  userNameOf,
} from './sdk-on-store.ts';

let store: SdkOnStore;
let alice: OAuthToken;
let asAliceLeftIt: TokenJson | null;
beforeAll(async () => {
  store = await startSdkOnStore();
  alice = await store.logIn('alice');
  asAliceLeftIt = await store.stored(alice);
});
afterEach(async () => {
  expect(await store.stored(alice)).toEqual(asAliceLeftIt);
});
afterAll(() => store.close());

const SQL = "S2', refresh_token='PWNED' where user_name='alice@zylker.com:7000' -- ";

test.each([
  ["#27 SQL in a secret does not rewrite alice's token", SQL],
  ['#27 an apostrophe in a name or a secret does not break the save', "O'Brien's"],
  ['#27 a backslash and quotes come back as they went', `\\' \\" "" '' \\0 \``],
  ['#28 a question mark is no placeholder', 'https://app.example/cb?env=prod&q=?'],
  ['#28 %s is no placeholder', '%s %(id)s %d 100%'],
  ['#37 a secret of 300 characters is not too long', 'x'.repeat(300)],
  ['#41 a comma does not shift what follows it', 'se,cret,,"quo,ted",'],
  ['#42 a newline does not bring in a row', 'x\n7,alice@zylker.com:7000,C,S,EVILRT,EVILAT,,,,'],
  ['#44 a carriage return is neither added nor lost', 'a\r\nb\r'],
  ['#50 the names of headers are values like others', 'id'],
  ['#50 the names of inherited properties are values like others', '__proto__'],
  ['#41 spaces at the ends, tabs, other scripts and NUL are kept', ' \té漢😀\u0000 '],
])('%s', async (_, hostile) => {
  const of = (field: string) => `${hostile}${field}`;
  const token = sdkToken({
    userName: hostile,
    clientId: of('client'),
    clientSecret: of('secret'),
    grantToken: of('grant'),
    refreshToken: of('refresh'),
    accessToken: of('access'),
    redirectUrl: of('redirect'),
    apiDomain: 'https://www.zohoapis.eu',
    expiresAt: Date.now() + 3_600_000,
  });
  await store.tokens.saveToken(token);
  const fields = fieldsOf(token);

  expect(fieldsOf(await store.tokens.findTokenById(idOf(token)))).toEqual(fields);
  for (const { userName, clientId, clientSecret, grantToken, refreshToken } of [fields]) {
    const client = { clientId, clientSecret } as TokenJson;
    for (const known of [{ userName }, { ...client, grantToken }, { ...client, refreshToken }]) {
      const found = await store.tokens.findToken(sdkToken(known as TokenJson));
      expect(found && fieldsOf(found)).toEqual(fields);
    }
  }
  token.setClientSecret(of('another secret'));
  await store.tokens.saveToken(token);
  expect(await store.storedOf(hostile)).toEqual([fieldsOf(token)]);
});

test("#27 a client secret of SQL logs in, and alice's token is as she left it", async () => {
  const token = await store.logIn('mallory-27', { clientId: '1000.MALLORY', clientSecret: SQL });
  await store.expire(token);
  expect(await token.getToken()).not.toBe(token.getAccessToken());
  expect((await store.stored(token))?.clientSecret).toBe(SQL);
});

test.each(["x' or '1'='1", '0 or 1=1', "alice' --", '%', '*', '.*', 'alice*'])(
  '#29 %s as a name or an id finds nobody and deletes nothing',
  async (hostile) => {
    expect(await store.tokens.findToken(ofUser(hostile))).toBeNull();
    await expect(store.tokens.findTokenById(hostile)).rejects.toThrow('Given ID is invalid');
    await store.tokens.deleteToken(hostile);
    await store.tokens.revokeToken(hostile);
    expect(await store.storedOf(userNameOf('alice'))).toHaveLength(1);
  },
);

test('#37 a token of 60,000 characters is kept whole', async () => {
  const token = sdkToken({ userName: 'long-37', accessToken: 'x'.repeat(60_000) });
  await store.tokens.saveToken(token);
  const found = await store.tokens.findToken(ofUser('long-37'));
  expect(found?.getAccessToken()).toBe(token.getAccessToken());
});

test.each(['accessToken', 'refreshToken', 'grantToken', 'userName'] as const)(
  '#37 two tokens whose %s differs in case only are two tokens',
  async (field) => {
    const client = field === 'accessToken' ? {} : { clientId: 'C', clientSecret: 'S' };
    const marked = (accessToken: string) => (field === 'userName' ? { accessToken } : {});
    const upper = sdkToken({ ...client, ...marked('37-upper'), [field]: `${field}-37-ABC` });
    const lower = sdkToken({ ...client, ...marked('37-lower'), [field]: `${field}-37-abc` });
    await store.tokens.saveToken(upper);
    await store.tokens.saveToken(lower);
    expect(idOf(lower)).not.toBe(idOf(upper));
    for (const token of [upper, lower]) {
      const known = sdkToken({ ...client, [field]: fieldsOf(token)[field] });
      expect((await store.tokens.findToken(known))?.getId()).toBe(token.getId());
    }
  },
);

test('#44 an API domain comes back so that the SDK knows its data centre', async () => {
  const apiDomain = 'https://www.zohoapis.eu';
  const token = sdkToken({ userName: 'eu-44', accessToken: 'AT-44', apiDomain });
  await store.tokens.saveToken(token);
  const found = await store.tokens.findTokenById(idOf(token));
  const dataCentre = await DataCenter.get(found.getAPIDomain() ?? '');
  expect(dataCentre?.getAccountsUrl()).toBe('https://accounts.zoho.eu/oauth/v2/token');
});
