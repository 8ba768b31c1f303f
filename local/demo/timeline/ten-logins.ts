/** Ten users with tokens of different ages: one logged in before, nine more over half an hour. */
import { ADA, ALAN, GRACE, IVAN, JOAN, KEN, LIN, type Login, MARY, OMAR, ROSA } from '../cast.ts';
import { passWithoutSchedules, type Stage } from '../stage.ts';
import { logInOnTheWeb, type WebLogin } from './web-login.ts';

/** Who logs in how long after the one before: the order of the rows in the picture. */
const LOGINS = [
  { afterMinutes: 3, user: ALAN },
  { afterMinutes: 3, user: JOAN },
  { afterMinutes: 3, user: IVAN },
  { afterMinutes: 3, user: MARY },
  { afterMinutes: 18, user: KEN },
  { afterMinutes: 2, user: LIN },
  { afterMinutes: 3, user: OMAR },
  { afterMinutes: 2, user: ROSA },
] as const;

export async function logInTen(stage: Stage, grace: Login): Promise<readonly WebLogin[]> {
  const logins: WebLogin[] = [
    await logInOnTheWeb(stage, ADA),
    { user: GRACE, tokenId: grace.token.id, refreshToken: grace.token.refreshToken },
  ];
  // Nothing is due meanwhile: the sweeps would only take their time.
  for (const { afterMinutes, user } of LOGINS) {
    await passWithoutSchedules(stage, afterMinutes * 60_000);
    logins.push(await logInOnTheWeb(stage, user));
  }
  // This one announces the refreshes of the steps before, which are no part of the picture.
  await stage.deployment.aws.advanceMinutes(1);
  return logins;
}
