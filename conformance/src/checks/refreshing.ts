/**
 * Refreshing: what the SDK makes of Zoho's answers where the store leaves the refresh to it. A
 * store can only spare its users these by handing out a token that it has refreshed itself.
 */
import type { OAuthToken } from '@zohocrm/typescript-sdk-8.0';
import { type Check, check } from '../check.ts';
import { demand } from '../demand.ts';
import { CLIENT, HOUR_MS, userOf } from '../people.ts';
import type { Stage } from '../stage.ts';
import { fieldsOf, type TokenFields } from '../token-fields.ts';

const CALLERS = 5;
/** How long before its expiry a token must not be taken for one that lasts. */
const SOON_MS = 60_000;

/** Alice's access token has expired a second ago; the SDK is initialized by her id. */
async function withExpired(stage: Stage, more: TokenFields = {}): Promise<OAuthToken> {
  const store = await stage.store();
  const token = stage.token({
    ...userOf('alice'),
    ...CLIENT,
    accessToken: 'access-expired',
    apiDomain: stage.zoho.base,
    expiresIn: String(Date.now() - 1_000),
    ...more,
  });
  await store.saveToken(token);
  const id = token.getId() ?? '';
  demand(id !== '', 'a saved token has no id');
  return stage.token({ id });
}

const refreshable = (stage: Stage) => ({
  refreshToken: stage.zoho.issueRefreshToken('alice@zylker.com'),
});

const refreshes = ({ zoho }: Stage) =>
  zoho.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length;

async function stored(stage: Stage, token: OAuthToken): Promise<TokenFields> {
  const found = await (await stage.store()).findTokenById(token.getId() ?? '');
  return fieldsOf(found ?? stage.token({}));
}

/** Zoho answers a refresh so. How often is Zoho asked by three calls to the API, and what is kept? */
async function refreshAnswered(stage: Stage, body: Readonly<Record<string, unknown>>) {
  const token = await withExpired(stage, refreshable(stage));
  stage.zoho.answerNext({ status: 200, body: { token_type: 'Bearer', ...body } });
  await stage.initialize(await stage.store(), token);
  for (let call = 0; call < 3; call += 1) await token.getToken();
  const { expiresIn, ...fields } = await stored(stage, token);
  return { ...fields, leftMs: Number(expiresIn) - Date.now(), refreshes: refreshes(stage) };
}

export const refreshingChecks: readonly Check[] = [
  check(
    'refreshing/at-once',
    'inconvenient',
    'Five callers of an expired token make five refreshes, and Zoho allows ten in ten minutes',
    { defects: [7] },
    async (stage) => {
      const store = await stage.store();
      const token = await withExpired(stage, refreshable(stage));
      const fresh = stage.token({ accessToken: 'access-other', apiDomain: stage.zoho.base });
      await stage.initialize(store, fresh);
      const id = token.getId() ?? '';
      const callers = Array.from({ length: CALLERS }, () => stage.token({ id }).getToken());
      const accessTokens = await Promise.all(callers);
      demand(refreshes(stage) === 1, `Zoho is asked ${refreshes(stage)} times`);
      demand(new Set(accessTokens).size === 1, 'they get different access tokens');
    },
  ),
  check(
    'refreshing/without-expiry',
    'wrong',
    'A refresh that Zoho answers without an expiry is never made again',
    { defects: [8] },
    async (stage) => {
      const { leftMs } = await refreshAnswered(stage, { access_token: 'access-new' });
      demand(leftMs > SOON_MS && leftMs <= HOUR_MS, 'the time of expiry is not within an hour');
    },
  ),
  check(
    'refreshing/two-units',
    'inconvenient',
    'A refresh that Zoho answers with two expiries is made again with every call',
    { defects: [9] },
    async (stage) => {
      const units = { access_token: 'access-new', expires_in: 3600, expires_in_sec: 3600 };
      const answered = await refreshAnswered(stage, units);
      demand(answered.refreshes === 1, `Zoho is asked ${answered.refreshes} times`);
      demand(answered.leftMs > SOON_MS, 'an hour is taken for seconds');
    },
  ),
  check(
    'refreshing/error-with-token',
    'wrong',
    'An access token that comes with an error of the server is saved',
    { defects: [10] },
    async (stage) => {
      const token = await withExpired(stage, refreshable(stage));
      stage.zoho.answerNext({ status: 500, body: { access_token: 'access-of-error' } });
      const store = await stage.store();
      await stage.settle(() => stage.initialize(store, token));
      const { accessToken } = await stored(stage, token);
      demand(accessToken !== 'access-of-error', 'it is saved');
    },
  ),
  check(
    'refreshing/foreign-domain',
    'leaked',
    'Any API domain in an answer becomes the host that is sent the access token',
    { defects: [6] },
    async (stage) => {
      const { apiDomain } = await refreshAnswered(stage, {
        access_token: 'access-new',
        expires_in: 3600,
        api_domain: 'https://evil.example',
      });
      demand(apiDomain !== 'https://evil.example', 'a domain of nobody known is stored');
    },
  ),
  check(
    'refreshing/nothing-to-refresh-with',
    'wrong',
    'An expired token without a refresh token asks Zoho in the name of null or undefined',
    { defects: [12] },
    async (stage) => {
      const token = await withExpired(stage);
      stage.zoho.forget();
      const store = await stage.store();
      await stage.settle(() => stage.initialize(store, token));
      const asked = stage.zoho.tokenRequests.length;
      demand(asked === 0, 'Zoho is asked, though there is nothing to ask with');
    },
  ),
];
