/** An operator takes the last global logout back, within the recovery window. */
import type { LatchkeyClient } from '../../../lib/client/latchkey-client.ts';
import { type Login, userNameOf } from '../cast.ts';
import { type Stage, tokenRequests } from '../stage.ts';
import { tokenOf } from './log-in.ts';

export async function restore(stage: Stage, ada: Login, grace: Login): Promise<void> {
  const { narrator, sdk, deployment } = stage;
  const { recoveryWindowDays } = deployment.settings;
  narrator.say(
    `It was a mistake. For ${recoveryWindowDays} days an operator can take it back: restore-tokens ` +
      'brings back what the last deleteTokens ended.',
  );
  narrator.gap();
  const restored = await restoreLastLogout(deployment.client);
  narrator.check(
    'restored: 10 tokens',
    restored.length === 10 && [ada, grace].every(({ token }) => restored.includes(token.id)),
  );
  const [adas, graces] = await Promise.all([
    sdk.run('find', { by: 'user', userName: userNameOf(ada.user) }).then(tokenOf),
    sdk.run('find', { by: 'id', id: grace.token.id }).then(tokenOf),
  ]);
  const { bySdk, byStore } = tokenRequests(stage);
  narrator.check(
    `new processes find the tokens of ${ada.user.name} and ${grace.user.name} again`,
    adas.id === ada.token.id && graces.id === grace.token.id,
  );
  narrator.check(
    'the CRM accepts both access tokens',
    adas.account === ada.user.email && graces.account === grace.user.email,
  );
  narrator.check('Zoho got 0 token requests: nobody had to log in again', bySdk + byStore === 0);
}

async function restoreLastLogout(client: LatchkeyClient): Promise<string[]> {
  const restored: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.restoreTokens({
      lastLogout: true,
      ...(cursor !== undefined && { cursor }),
    });
    restored.push(...page.restored);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return restored;
}
