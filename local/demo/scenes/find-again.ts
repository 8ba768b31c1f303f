/** Three processes that know nothing but a name for the token, one after the other. */

import { callsBehindFunctions } from '../call-counts.ts';
import { type Login, userNameOf } from '../cast.ts';
import { short } from '../masks.ts';
import type { Wanted } from '../sdk-task.ts';
import { callsDuring, type Stage, tokenRequests } from '../stage.ts';
import { tokenOf } from './log-in.ts';

export async function findAgain(stage: Stage, { user, token }: Login): Promise<void> {
  const { narrator, sdk, client } = stage;
  narrator.say(
    'Three new processes start the SDK. Each knows one thing about the token, and none has talked ' +
      'to Zoho.',
  );
  narrator.gap();

  const ways: readonly Wanted[] = [
    { by: 'user', userName: userNameOf(user) },
    { by: 'refresh token', refreshToken: token.refreshToken, client },
    { by: 'id', id: token.id },
  ];
  const rows: string[][] = [];
  const accessTokens: string[] = [];
  for (const wanted of ways) {
    const { value, calls } = await callsDuring(stage, () => sdk.run('find', wanted));
    const found = tokenOf(value);
    accessTokens.push(found.accessToken);
    rows.push([wanted.by, short(found.id), found.account, callsBehindFunctions(calls)]);
  }
  narrator.table(rows, ['found by', 'token', 'the CRM takes it for', 'calls behind the function']);
  narrator.gap();

  const { bySdk, byStore } = tokenRequests(stage);
  narrator.check(
    'each got the access token of the login',
    accessTokens.every((each) => each === token.accessToken),
  );
  narrator.check('Zoho got 0 token requests', bySdk + byStore === 0);
}
