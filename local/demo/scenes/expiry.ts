/** Nobody has refreshed the access token in time: the store does when it is asked for, once. */
import { type Login, userNameOf } from '../cast.ts';
import { passWithoutSchedules, type Stage, tokenRequests } from '../stage.ts';
import { tokenOf } from './log-in.ts';

const SECONDS_LEFT = 4;
const AT_ONCE = 8;

export async function expiry(stage: Stage, { user, token }: Login): Promise<void> {
  const { narrator, sdk, zoho, deployment } = stage;
  const userName = userNameOf(user);
  narrator.say(
    'Latchkey refreshes on a schedule, as step 6 shows. Say the schedule is broken: the demo moves ' +
      `all clocks until the access token has ${SECONDS_LEFT} seconds left. The SDK on its own would ` +
      'refresh now, in every process that has the token.',
  );
  narrator.gap();
  await letTimePass(stage, token.expiresAt);
  const found = tokenOf(await sdk.run('find', { by: 'user', userName }));
  const first = tokenRequests(stage);
  narrator.check(
    'a new process finds a fresh access token, good for an hour',
    found.accessToken !== token.accessToken &&
      found.expiresAt > deployment.aws.clock.nowMs() + 3_000_000,
  );
  narrator.check('token requests that the SDK made: 0', first.bySdk === 0);
  narrator.check(
    'refreshes that the find-token function made before it answered: 1',
    first.byStore === 1,
  );
  narrator.check('the CRM accepts the new token', found.account === user.email);
  narrator.gap();

  narrator.say(`Another hour passes, and ${AT_ONCE} finds come at the same time.`);
  narrator.gap();
  await letTimePass(stage, found.expiresAt);
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

/** Almost all of an access token's life passes. */
async function letTimePass(stage: Stage, expiresAtMs: number): Promise<void> {
  const leftMs = expiresAtMs - stage.deployment.aws.clock.nowMs();
  await passWithoutSchedules(stage, leftMs - SECONDS_LEFT * 1000);
}
