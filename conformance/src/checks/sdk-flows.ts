/** The real SDK over the store: log in once, and be found by every process after that. */
import type { OAuthBuilder, OAuthToken } from '@zohocrm/typescript-sdk-8.0';
import { type Check, check } from '../check.ts';
import { demand, demandFields, demandSome, isFound } from '../demand.ts';
import { CLIENT, userOf } from '../people.ts';
import type { Stage } from '../stage.ts';
import type { Store } from '../subject.ts';
import { fieldsOf } from '../token-fields.ts';

/** A builder with the client, for a grant or refresh token. */
export function clientToken({ sdk }: Stage): OAuthBuilder {
  const { clientId, clientSecret } = CLIENT;
  return new sdk.OAuthBuilder().clientId(clientId).clientSecret(clientSecret);
}

/** A user consents, and the SDK exchanges the grant token and saves what comes of it. */
export async function logIn(stage: Stage, store: Store, name: string): Promise<OAuthToken> {
  const grant = stage.zoho.issueGrant(`${name}@zylker.com`);
  const token = await stage.initialize(store, clientToken(stage).grantToken(grant).build());
  demand(Boolean(token.getId()), 'the SDK has no id for the token it saved');
  return token;
}

const ofUser = (stage: Stage, name: string) =>
  new stage.sdk.OAuthBuilder()
    .userSignature(new stage.sdk.UserSignature(userOf(name).userName))
    .build();

/** The next process gets the access token that is stored, and Zoho is not asked. */
async function isServed(stage: Stage, first: OAuthToken, next: OAuthToken): Promise<void> {
  stage.zoho.forget();
  await stage.initialize(await stage.open(), next);
  const isSame = (await next.getToken()) === first.getAccessToken();
  demand(isSame, 'the next process gets another access token');
  demand(stage.zoho.tokenRequests.length === 0, 'Zoho is asked for what is stored');
}

export const sdkChecks: readonly Check[] = [
  check(
    'sdk/login',
    'lost',
    'A user who has just logged in is not known to the next process',
    {},
    async (stage) => {
      const first = await logIn(stage, await stage.store(), 'alice');
      demand(stage.zoho.tokenRequests.length === 1, 'the grant token is not exchanged once');
      await isServed(stage, first, ofUser(stage, 'alice'));
    },
  ),
  check('sdk/login-whole', 'lost', 'A login is not stored whole', {}, async (stage) => {
    const store = await stage.store();
    const first = await logIn(stage, store, 'alice');
    const { id = '', ...expected } = fieldsOf(first);
    demand(expected.refreshToken !== undefined, 'there is no refresh token');
    demandFields(await store.findTokenById(id), { id, ...expected }, 'the login');
    demand(expected.userName === userOf('alice').userName, "the user's name is not kept");
  }),
  check(
    'sdk/spent-grant',
    'lost',
    'A restart with the same grant token spends it twice, and is refused by Zoho',
    {},
    async (stage) => {
      const first = await logIn(stage, await stage.store(), 'alice');
      const grant = first.getGrantToken() ?? '';
      await isServed(stage, first, clientToken(stage).grantToken(grant).build());
    },
  ),
  check(
    'sdk/by-refresh-token',
    'inconvenient',
    'A process that knows the refresh token asks Zoho, though an access token is stored',
    {},
    async (stage) => {
      const first = await logIn(stage, await stage.store(), 'alice');
      const refreshToken = first.getRefreshToken() ?? '';
      await isServed(stage, first, clientToken(stage).refreshToken(refreshToken).build());
    },
  ),
  check(
    'sdk/by-id',
    'inconvenient',
    'A process that knows the id asks Zoho, though an access token is stored',
    {},
    async (stage) => {
      const first = await logIn(stage, await stage.store(), 'alice');
      const id = first.getId() ?? '';
      await isServed(stage, first, new stage.sdk.OAuthBuilder().id(id).build());
    },
  ),
  check(
    'sdk/unknown-user',
    'wrong',
    'A user whom nobody authorized is not reported: Zoho is asked in the name of undefined',
    { defects: [39] },
    async (stage) => {
      const store = await stage.store();
      await logIn(stage, store, 'alice');
      stage.zoho.forget();
      const unknown = await stage.settle(() => stage.initialize(store, ofUser(stage, 'stranger')));
      demand(unknown.kind === 'error', 'the SDK goes on');
      const { error } = unknown;
      demand(error instanceof stage.sdk.SDKException, 'it is no SDKException');
      demand(stage.zoho.tokenRequests.length === 0, 'Zoho is asked');
    },
  ),
  check(
    'sdk/access-token-alone',
    'inconvenient',
    'Each process with the same access token saves one more token',
    { defects: [45] },
    async (stage) => {
      const store = await stage.store();
      for (let start = 0; start < 3; start += 1) {
        const builder = new stage.sdk.OAuthBuilder().accessToken('access-alone').findUser(false);
        const token = await stage.initialize(store, builder.build());
        demand((await token.getToken()) === 'access-alone', 'another access token comes back');
      }
      demand((await stage.list(store)).length === 1, 'there is more than one token');
    },
  ),
  check('sdk/removed', 'wrong', 'After remove() the token is still served', {}, async (stage) => {
    const store = await stage.store();
    const token = await logIn(stage, store, 'alice');
    demand((await token.remove()) === true, 'remove() does not answer true');
    const served = await stage.settle(() => stage.initialize(store, ofUser(stage, 'alice')));
    demand(served.kind !== 'value', 'the user is served');
  }),
  check(
    'sdk/refreshed',
    'lost',
    'A refreshed access token is refreshed again by the next process',
    { defects: [21] },
    async (stage) => {
      const store = await stage.store();
      const { id, ...token } = fieldsOf(await logIn(stage, store, 'alice'));
      const expired = stage.token({
        ...token,
        id: id ?? '',
        expiresIn: String(Date.now() - 1_000),
      });
      await store.saveToken(expired);
      const first = await stage.initialize(store, ofUser(stage, 'alice'));
      const accessToken = (await first.getToken()) ?? '';
      demand(accessToken !== token.accessToken, 'the expired access token is handed out');
      stage.zoho.forget();
      const next = await stage.initialize(await stage.open(), ofUser(stage, 'alice'));
      demand((await next.getToken()) === accessToken, 'the next process gets another one');
      demand(stage.zoho.tokenRequests.length === 0, 'Zoho is asked again');
      const { refreshToken = '' } = token;
      demandSome(await store.findTokenById(id ?? ''), { accessToken, refreshToken }, 'the token');
    },
  ),
  check(
    'sdk/login-again',
    'wrong',
    'A user who logs in again is served the old login, and the new one is not saved',
    { defects: [22] },
    async (stage) => {
      const store = await stage.store();
      const old = await logIn(stage, store, 'alice');
      const grant = stage.zoho.issueGrant('alice@zylker.com');
      const again = clientToken(stage).grantToken(grant).build();
      again.setUserSignature(new stage.sdk.UserSignature(userOf('alice').userName));
      stage.zoho.forget();
      await stage.initialize(store, again);
      demand(stage.zoho.tokenRequests.length === 1, 'the new grant token is not exchanged');
      const found = await stage.find(await stage.open(), userOf('alice'));
      demand(isFound(found), 'the user is not found');
      const { refreshToken, accessToken } = fieldsOf(found);
      demand(refreshToken !== old.getRefreshToken(), 'the old refresh token is kept');
      demand(accessToken !== old.getAccessToken(), 'the old access token is kept');
    },
  ),
];
