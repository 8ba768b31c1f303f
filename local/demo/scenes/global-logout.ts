/** deleteTokens: every token of the store at once. */
import { type Login, userNameOf } from '../cast.ts';
import type { Outcome } from '../sdk-task.ts';
import { callsDuring, type Stage } from '../stage.ts';

export async function globalLogout(stage: Stage, ada: Login, grace: Login): Promise<void> {
  const { narrator, sdk } = stage;
  narrator.say(
    'The application calls deleteTokens() on its store. That is one DynamoDB transaction, for two ' +
      'tokens or two million: it ends the generation that all of them belong to.',
  );
  narrator.gap();
  const { calls } = await callsDuring(stage, () => sdk.run('logOutEveryone', {}));
  narrator.check(
    'behind the function it took 1 call, TransactWriteItems',
    calls
      .filter(({ service }) => service !== 'lambda')
      .map(({ action }) => action)
      .join() === 'TransactWriteItems',
  );
  narrator.gap();
  const [adas, graces] = await Promise.all([
    sdk.run('find', { by: 'user', userName: userNameOf(ada.user) }),
    sdk.run('find', { by: 'id', id: grace.token.id }),
  ]);
  narrator.say('What the SDK says in two new processes now:');
  narrator.gap();
  narrator.table([
    [`${ada.user.name}, by user`, ...answerOf(adas)],
    [`${grace.user.name}, by id`, ...answerOf(graces)],
  ]);
  narrator.gap();
  narrator.check('neither finds a token', 'refused' in adas && 'refused' in graces);
}

function answerOf(outcome: Outcome): string[] {
  if ('token' in outcome) return ['a token', ''];
  return [outcome.refused.code, outcome.refused.message];
}
