/** An operator takes the last global logout back, within the recovery window. */
import { type Login, userNameOf } from '../cast.ts';
import { type Stage, tokenRequests } from '../stage.ts';
import { tokenOf } from './log-in.ts';

export async function restore(stage: Stage, logins: readonly Login[]): Promise<void> {
  const { narrator, sdk, deployment } = stage;
  const { recoveryWindowDays } = deployment.settings;
  narrator.say(
    `It was a mistake. For ${recoveryWindowDays} days an operator can take it back: restore-tokens ` +
      'brings back what the last deleteTokens ended.',
  );
  narrator.gap();
  const restored: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await deployment.client.restoreTokens({
      lastLogout: true,
      ...(cursor !== undefined && { cursor }),
    });
    restored.push(...page.restored);
    cursor = page.cursor;
  } while (cursor !== undefined);
  narrator.check(
    `restored: ${logins.length} tokens`,
    restored.length === logins.length && logins.every(({ token }) => restored.includes(token.id)),
  );
  const found = await Promise.all(
    logins.map(async ({ user }) =>
      tokenOf(await sdk.run('find', { by: 'user', userName: userNameOf(user) })),
    ),
  );
  const { bySdk, byStore } = tokenRequests(stage);
  narrator.check(
    `new processes of ${logins.map(({ user }) => user.name).join(' and ')} find theirs again`,
    found.every(({ id }, each) => id === logins[each]?.token.id),
  );
  narrator.check(
    'the CRM accepts both access tokens',
    found.every(({ account }, each) => account === logins[each]?.user.email),
  );
  narrator.check('Zoho got 0 token requests: nobody had to log in', bySdk + byStore === 0);
}
