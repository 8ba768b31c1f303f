/** A little more than an hour of ten users' tokens: drawn as it went, then claim by claim. */
import { DETAIL_TYPES } from '../../../lib/events/token-event.ts';
import { IVAN, type Login, userNameOf } from '../cast.ts';
import { offTheRecord, type Stage } from '../stage.ts';
import { type Hour, liveThrough, WITHDRAWN_IN_MINUTE } from '../timeline/hour.ts';
import { legendOf, minuteOf, pictureOf } from '../timeline/picture.ts';
import { logInTen } from '../timeline/ten-logins.ts';
import type { Change, Moment, Track } from '../timeline/track.ts';

const MINUTE_MS = 60_000;

export async function tenUsers(stage: Stage, grace: Login): Promise<void> {
  const { narrator, zoho, deployment } = stage;
  narrator.say(
    'Eight more users log in over half an hour, on a web page, without the SDK; and Ada once more, ' +
      'whose token was late in step 4 and would be refreshed earlier for that. Then the demo lets 70 ' +
      'minutes pass. A schedule looks every minute for tokens that are due, 10 to 15 minutes ' +
      'before they expire, and workers refresh them. Meanwhile an application asks for the tokens ' +
      'of two users each minute, Zoho is down for a while, and Ivan withdraws his consent.',
  );
  const logins = await offTheRecord(stage, () => logInTen(stage, grace));
  zoho.clearLog();
  deployment.aws.forgetEvents();
  const hour = await liveThrough(stage, logins);
  narrator.gap();
  for (const line of pictureOf(hour, narrator.textWidth)) narrator.draw(line);
  narrator.gap();
  for (const line of legendOf(hour, narrator.textWidth)) narrator.draw(line);
  narrator.gap();
  checkRefreshes(stage, hour);
  checkAnswers(stage, hour);
  checkOutage(stage, hour);
  checkWithdrawal(stage, hour);
  narrator.gap();
  narrator.aside('Who healed late is refreshed early the next time: what came together spreads.');
  narrator.aside('An outage that outlives a token: get-access-token says PROVIDER_UNAVAILABLE.');
  narrator.gap();
  tellEvents(stage, hour);
}

function checkRefreshes({ narrator, zoho }: Stage, hour: Hour): void {
  const onTime = hour.tracks.flatMap(refreshedOnTime);
  const leftMs = onTime.map(({ lifeLeftMs }) => lifeLeftMs);
  const least = Math.floor(Math.min(...leftMs) / MINUTE_MS);
  const most = Math.ceil(Math.max(...leftMs) / MINUTE_MS);
  narrator.check(
    `${onTime.length} refreshes came on schedule, ${least} to ${most} minutes before the expiry`,
    hour.tracks.every(
      (track) => track.having('refreshed', 'healed').length > 0 || isIvans(track),
    ) && least >= 8,
  );
  const refreshed = momentsOf(hour, 'refreshed', 'healed').length;
  const failed = momentsOf(hour, 'failed').length;
  const refused = momentsOf(hour, 'refused', 'given-up').length;
  const asked = zoho.requests.filter(({ grantType }) => grantType === 'refresh_token');
  const answered = (status: number, error?: string) =>
    asked.filter((request) => request.status === status && request.error === error).length;
  narrator.check(
    `Zoho's log agrees: asked ${asked.length} times, it granted ${refreshed}, refused ${refused} ` +
      `and failed ${failed}`,
    answered(200) === refreshed &&
      answered(200, 'invalid_code') === refused &&
      answered(503) === failed &&
      asked.length === refreshed + refused + failed,
  );
}

function checkAnswers({ narrator }: Stage, hour: Hour): void {
  const { answers, calls } = hour;
  narrator.check(
    `the application asked ${answers.length} times: always a token came, never an expired one`,
    answers.every(({ lifeLeftMs }) => lifeLeftMs > 0),
  );
  const refused = answers.filter(({ user, account }) => account !== user.email);
  const but =
    refused.length === 0
      ? ''
      : `, but for ${refused.length} of Ivan's: only Zoho knew it was ended`;
  narrator.check(
    `the CRM accepted them all${but}`,
    refused.every(({ user, minute }) => user === IVAN && minute > WITHDRAWN_IN_MINUTE),
  );
  const writers = calls
    .filter(({ action }) => action === 'PutSecretValue')
    .map(({ caller }) => (caller.endsWith('-refresh-worker') ? 'worker' : caller));
  narrator.check(
    "nobody waited for Zoho: every refresh was a worker's, ahead of the need",
    writers.filter((writer) => writer === 'worker').length ===
      momentsOf(hour, 'refreshed', 'healed').length &&
      writers.filter((writer) => writer !== 'worker').length ===
        momentsOf(hour, 'logged-in').length,
  );
}

function checkOutage({ narrator }: Stage, hour: Hour): void {
  const hit = hour.tracks.filter((track) => track.having('failed').length > 0);
  const healed = hit.filter((track) => track.having('healed').length === 1);
  narrator.check(
    `the outage met ${hit.map(({ name }) => name).join(', ')}; all of them healed in time`,
    hit.length > 1 && healed.length === hit.length && momentsOf(hour, 'healed').every(inTime),
  );
}

function checkWithdrawal({ narrator }: Stage, hour: Hour): void {
  const ivan = hour.tracks.find(isIvans);
  const [refused, ...more] = ivan?.having('refused') ?? [];
  const [givenUp] = ivan?.having('given-up') ?? [];
  narrator.check(
    `Ivan's token was only suspected in minute ${refused?.minute}, and given up in minute ` +
      `${givenUp?.minute}, when Zoho refused it again`,
    refused !== undefined && givenUp !== undefined && more.length === 0,
  );
  narrator.check(
    `once it had expired, get-access-token said ${hour.refusal}`,
    hour.refusal === 'REAUTHORIZATION_REQUIRED',
  );
}

function tellEvents({ narrator }: Stage, { events, endsMs, ...hour }: Hour): void {
  narrator.say('What the event bus told whoever listens:');
  narrator.gap();
  const ofType = (type: string) => events.filter(({ detailType }) => detailType === type);
  const refreshed = ofType(DETAIL_TYPES.refreshed);
  const others = events.filter((event) => !refreshed.includes(event));
  narrator.table([
    [DETAIL_TYPES.refreshed, `${refreshed.length} times`],
    ...others.map(({ detailType, detail }) => [
      detailType,
      `${detail['userName']}, minute ${minuteOf(Number(detail['at']), endsMs)}` +
        (detail['reason'] === undefined ? '' : `, ${detail['reason']}`),
    ]),
  ]);
  narrator.gap();
  const minted = hour.tracks.flatMap((track) => track.having('refreshed', 'healed'));
  narrator.check('it told of every refresh', refreshed.length === minted.length);
  const told = others.map(({ detailType, detail }) => `${detailType} ${detail['userName']}`);
  narrator.check(
    'it told of one user who has to log in again, and of none for the outage',
    told.join() ===
      [DETAIL_TYPES['needs-reauthorization'], DETAIL_TYPES.healed]
        .map((type) => `${type} ${userNameOf(IVAN)}`)
        .join(),
  );
}

function momentsOf({ tracks }: Hour, ...changes: readonly Change[]): Moment[] {
  return tracks.flatMap((track) => track.having(...changes));
}

/** Those after a refresh that was late come earlier, so that what an outage gathered spreads. */
function refreshedOnTime({ moments }: Track): Moment[] {
  return moments.filter(({ change }, n) => {
    return change === 'refreshed' && moments[n - 1]?.change !== 'healed';
  });
}

function inTime({ lifeLeftMs }: Moment): boolean {
  return lifeLeftMs > 0;
}

function isIvans({ name }: { readonly name: string }): boolean {
  return name === IVAN.name;
}
