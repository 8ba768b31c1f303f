/** Another user of the same application: each has their own token, and gets only that. */
import { ADA, GRACE, type Login, userNameOf } from '../cast.ts';
import { accountOf } from '../crm-account.ts';
import { short } from '../masks.ts';
import type { Stage } from '../stage.ts';
import { logIn } from './log-in.ts';

export async function secondUser(stage: Stage, ada: Login): Promise<Login> {
  const { narrator, zoho, deployment } = stage;
  narrator.say(`${GRACE.name} uses the same application and logs in too.`);
  narrator.gap();
  const grace = await logIn(stage, GRACE);
  narrator.gap();

  narrator.say(
    'A function that has no use for the SDK asks get-access-token for the token of each user. Who ' +
      'may invoke it may name any user of the store: an application apart gets a store of its own.',
  );
  narrator.gap();
  const got = await Promise.all(
    [ada, grace].map(async ({ user }) => {
      const userName = userNameOf(user);
      const { tokenId, accessToken } = await deployment.client.getAccessToken({ userName });
      return { user, tokenId, accessToken, account: await accountOf(zoho.base, accessToken) };
    }),
  );
  narrator.table(
    got.map(({ user, tokenId, account }) => [user.name, short(tokenId), account]),
    ['user', 'token', 'the CRM takes it for'],
  );
  narrator.gap();
  narrator.check(
    "each gets their own token and not the other's",
    got.map(({ tokenId }) => tokenId).join() === [ada.token.id, grace.token.id].join() &&
      got.map(({ account }) => account).join() === [ADA.email, GRACE.email].join(),
  );
  return grace;
}
