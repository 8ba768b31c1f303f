/** deleteTokens: every token of the store at once. */
import { callsBehindFunctions } from '../call-counts.ts';
import { type Login, userNameOf } from '../cast.ts';
import type { Narrator } from '../narrator.ts';
import type { Outcome } from '../sdk-task.ts';
import { callsDuring, type Stage } from '../stage.ts';

export async function globalLogout(stage: Stage, ada: Login, grace: Login): Promise<void> {
  const { narrator, sdk, deployment } = stage;
  narrator.say(
    'deleteTokens logs everybody out. It is one DynamoDB transaction, for ten tokens or ten million: ' +
      'it ends the generation that all of them belong to.',
  );
  narrator.gap();
  const { calls } = await callsDuring(stage, () => deployment.client.deleteTokens());
  narrator.check(
    'behind the function it took 1 call, TransactWriteItems',
    callsBehindFunctions(calls) === 'TransactWriteItems x1',
  );
  narrator.gap();

  const [adas, graces] = await Promise.all([
    sdk.run('find', { by: 'user', userName: userNameOf(ada.user) }),
    sdk.run('find', { by: 'id', id: grace.token.id }),
  ]);
  narrator.say('What the SDK says in two new processes now:');
  narrator.gap();
  tellOutcome(narrator, `${ada.user.name}, by user`, adas);
  tellOutcome(narrator, `${grace.user.name}, by id`, graces);
  narrator.gap();
  narrator.check('neither finds a token', 'refused' in adas && 'refused' in graces);
}

function tellOutcome(narrator: Narrator, who: string, outcome: Outcome): void {
  if ('token' in outcome) narrator.say(`${who}: a token`);
  else narrator.say(`${who}: ${outcome.refused.code}. ${outcome.refused.message}`);
}
