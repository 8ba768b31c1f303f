/** The access token is about to expire, and it is the store that refreshes it, once. */
import { type Login, userNameOf } from '../cast.ts';
import { offTheRecord, type Stage, tokenRequests } from '../stage.ts';
import { tokenOf } from './log-in.ts';

const SECONDS_LEFT = 4;
const AT_ONCE = 8;

export async function expiry(stage: Stage, { user, token }: Login): Promise<void> {
  const { narrator, sdk, zoho, deployment } = stage;
  const userName = userNameOf(user);
  narrator.say(
    `An hour passes: the demo moves Zoho's clock and the stored expiry, until ${SECONDS_LEFT} ` +
      'seconds are left. The SDK on its own would refresh now, in every process that has the token.',
  );
  narrator.gap();
  await letTimePass(stage, token.id);
  const found = tokenOf(await sdk.run('find', { by: 'user', userName }));
  const first = tokenRequests(stage);
  narrator.check(
    'a new process finds a fresh access token, good for an hour',
    found.accessToken !== token.accessToken && found.expiresAt > Date.now() + 3_000_000,
  );
  narrator.check('token requests that the SDK made: 0', first.bySdk === 0);
  narrator.check('refreshes that the find-token function made: 1', first.byStore === 1);
  narrator.check('the CRM accepts the new token', found.account === user.email);
  narrator.gap();

  narrator.say(`Another hour passes, and ${AT_ONCE} finds come at the same time.`);
  narrator.gap();
  await letTimePass(stage, token.id);
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, () => deployment.client.findToken({ token: { userName } })),
  );
  const accessTokens = answers.map((answer) => answer.token?.accessToken);
  const second = tokenRequests(stage);
  narrator.check(
    `all ${AT_ONCE} got the same fresh access token`,
    new Set(accessTokens).size === 1 &&
      accessTokens[0] !== undefined &&
      accessTokens[0] !== found.accessToken,
  );
  narrator.check(
    'one of them held the lease and refreshed; Zoho got 1 request',
    second.byStore - first.byStore === 1 && second.bySdk === 0,
  );
  narrator.check(
    'Zoho counted 2 refreshes of this refresh token in two hours',
    zoho.refreshesOf(token.refreshToken) === 2,
  );
}

/** Nearly an hour, for Zoho and for the store. */
async function letTimePass(stage: Stage, id: string): Promise<void> {
  const { zoho, deployment } = stage;
  zoho.advance((3_600 - SECONDS_LEFT) * 1000);
  const expiresAt = Date.now() + SECONDS_LEFT * 1000;
  await offTheRecord(stage, () => deployment.client.saveToken({ token: { id, expiresAt } }));
}
