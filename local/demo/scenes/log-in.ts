/** A user consents, and the SDK turns the grant token into tokens that Latchkey keeps. */
import { type Login, type User, userNameOf } from '../cast.ts';
import { short } from '../masks.ts';
import type { Outcome, SdkToken } from '../sdk-task.ts';
import { type Stage, tokenRequests } from '../stage.ts';

export async function logIn(stage: Stage, user: User): Promise<Login> {
  const { narrator, zoho, sdk, client } = stage;
  const grantToken = zoho.issueGrant({ user, clientId: client.clientId });
  const token = tokenOf(await sdk.run('logIn', { grantToken, client }));
  const { bySdk, byStore } = tokenRequests(stage);
  narrator.check('Zoho exchanged 1 grant token for the SDK', bySdk === 1 && byStore === 0);
  narrator.check(
    `the SDK learned whose it is, ${userNameOf(user)}, and saved it`,
    token.userName === userNameOf(user) && token.account === user.email,
  );
  narrator.check(`Latchkey gave it an id: ${short(token.id)}`, token.id !== '');
  return { user, grantToken, token };
}

/** The token, or the end of the story. */
export function tokenOf(outcome: Outcome): SdkToken {
  if ('token' in outcome) return outcome.token;
  throw new Error(`The SDK refused: ${outcome.refused.code}, ${outcome.refused.message}`);
}
