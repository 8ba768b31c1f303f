/** Another user of the same application: each finds their own token, and only that. */
import { ADA, GRACE, type Login, userNameOf } from '../cast.ts';
import { short } from '../masks.ts';
import type { Stage } from '../stage.ts';
import { logIn, tokenOf } from './log-in.ts';

export async function secondUser(stage: Stage, ada: Login): Promise<Login> {
  const { narrator, sdk } = stage;
  narrator.say(`${GRACE.name} uses the same application and logs in too.`);
  narrator.gap();
  const grace = await logIn(stage, GRACE);
  narrator.gap();
  const [adas, graces] = await Promise.all(
    [ADA, GRACE].map(async (user) =>
      tokenOf(await sdk.run('find', { by: 'user', userName: userNameOf(user) })),
    ),
  );
  narrator.table(
    [
      [ADA.name, short(adas?.id ?? ''), adas?.account ?? ''],
      [GRACE.name, short(graces?.id ?? ''), graces?.account ?? ''],
    ],
    ['a process of', 'finds token', 'the CRM takes it for'],
  );
  narrator.gap();
  narrator.check(
    `each finds their own token and not the other's`,
    adas?.id === ada.token.id &&
      graces?.id === grace.token.id &&
      adas.account === ADA.email &&
      graces.account === GRACE.email &&
      adas.accessToken !== graces.accessToken,
  );
  return grace;
}
