/** The story in order: what each scene hands to the next, and what is left to say at the end. */
import { ADA } from './cast.ts';
import type { Narrator } from './narrator.ts';
import { expiry } from './scenes/expiry.ts';
import { findAgain } from './scenes/find-again.ts';
import { globalLogout } from './scenes/global-logout.ts';
import { logIn } from './scenes/log-in.ts';
import { restore } from './scenes/restore.ts';
import type { PlayedScene, Scenes } from './scenes/scene.ts';
import { secondUser } from './scenes/second-user.ts';
import { tenUsers } from './scenes/ten-users.ts';
import { whatIsStored } from './scenes/what-is-stored.ts';

export function tellBeginning(narrator: Narrator): void {
  narrator.title('Latchkey: the Zoho CRM SDK keeps its tokens in AWS');
  narrator.say(
    "Real: Zoho's SDK as npm has it, and Latchkey's Lambda functions, bundled as they are deployed. " +
      'Stand-ins, on this machine: AWS and Zoho. No secret is shown: •••• is in its place.',
  );
}

export async function playStory(scenes: Scenes): Promise<void> {
  const ada = await scenes.play('Ada logs in with a grant token', (stage) => {
    stage.narrator.say(
      `${ADA.name} consents in her browser, and Zoho gives the application a one-time grant token. ` +
        'The SDK, in a process of its own, exchanges it and hands the tokens to its store: ' +
        "ZohoTokenStore, which invokes Latchkey's functions.",
    );
    stage.narrator.gap();
    return logIn(stage, ADA);
  });
  await scenes.play('What DynamoDB and Secrets Manager hold', (stage) => whatIsStored(stage, ada));
  await scenes.play('Fresh processes find the token', (stage) => findAgain(stage, ada));
  await scenes.play('The access token is about to expire', (stage) => expiry(stage, ada));
  const grace = await scenes.play('A second user', (stage) => secondUser(stage, ada));
  await scenes.play("An hour of ten users' tokens", (stage) => tenUsers(stage, grace));
  await scenes.play('A global logout', (stage) => globalLogout(stage, ada, grace));
  await scenes.play('The logout is taken back', (stage) => restore(stage, ada, grace));
}

export function tellEnd(narrator: Narrator, played: readonly PlayedScene[]): void {
  narrator.heading('In short: calls by step');
  narrator.table(
    played.map(({ title, counts, zohoTokenRequests }, index) => [
      String(index + 1),
      title,
      ...counts.map(({ total }) => String(total)),
      String(zohoTokenRequests),
    ]),
    ['', 'step', ...(played[0]?.counts.map(({ shortName }) => shortName) ?? []), 'Zoho'],
  );
  narrator.gap();
  narrator.aside('Zoho: how often it was asked for tokens, by the SDK or by the store.');
  narrator.heading('What next');
  narrator.table([
    ['npm run local -- --with-zoho', 'keeps such a store running, to develop against'],
    [
      'npm run deploy -- -c dataCentre=eu',
      'cdk deploy: the same functions, in your AWS account; it needs credentials and a Region',
    ],
    ['README.md', 'how an application uses the store'],
  ]);
  narrator.gap();
}
