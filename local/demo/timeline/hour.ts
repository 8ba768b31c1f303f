/**
 * The hour of the picture, a bit more, as it is lived through: the clocks run, the schedule does
 * its work, an application asks for tokens, Zoho goes down and comes back, one user changes his
 * mind. What came of it is read off the index, Zoho's log, the answers and the event bus.
 */
import { LatchkeyError } from '../../../lib/errors.ts';
import { tokenRow } from '../../../lib/token-index/dynamodb-items.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import type { AwsCall, PutEvent } from '../../aws/embedded-aws.ts';
import { IVAN, userNameOf } from '../cast.ts';
import { scanTable } from '../operator.ts';
import { offTheRecord, type Stage } from '../stage.ts';
import { type Answer, Application } from './application.ts';
import type { Timeline } from './picture.ts';
import { Track } from './track.ts';
import { logInOnTheWeb, type WebLogin } from './web-login.ts';

/**
 * Ken, Lin and Omar come due in the outage's second half, so that it is over before their access
 * tokens expire, whatever the spread: 8, 10 and 13 minutes after it.
 */
const OUTAGE = { first: 27, last: 44 } as const;
const MINUTES = 70;
export const WITHDRAWN_IN_MINUTE = 9;
const LOGGED_IN_IN_MINUTE = 62;

export interface Hour extends Timeline {
  readonly answers: readonly Answer[];
  readonly events: readonly PutEvent[];
  readonly calls: readonly AwsCall[];
  /** What get-access-token said of who withdrew, when he wanted to go on. */
  readonly refusal: string;
}

export async function liveThrough(stage: Stage, logins: readonly WebLogin[]): Promise<Hour> {
  const { aws } = stage.deployment;
  const before = await rowsById(stage);
  const tracks = new Map(
    logins.map(({ user, tokenId }) => [tokenId, new Track(user.name, rowOf(before, tokenId))]),
  );
  const application = new Application(
    stage,
    logins.map(({ user }) => user),
  );
  const endsMs: number[] = [];
  let refusal = '';
  await aws.advanceMinutes(MINUTES, async (minute) => {
    const nowMs = aws.clock.nowMs();
    endsMs.push(nowMs);
    const rows = await rowsById(stage);
    for (const [id, track] of tracks) track.look(rowOf(rows, id), minute, nowMs);
    await application.askForTwo(minute);
    if (minute === WITHDRAWN_IN_MINUTE) {
      const ivans = logins.find(({ user }) => user === IVAN);
      stage.zoho.revoke(ivans?.refreshToken ?? '');
      tracks.get(ivans?.tokenId ?? '')?.note('withdrawn', minute, nowMs);
    }
    if (minute === OUTAGE.first - 1) {
      stage.zoho.failNext({ kind: 'garbage', status: 503, times: Number.POSITIVE_INFINITY });
    }
    if (minute === OUTAGE.last) stage.zoho.recover();
    if (minute === LOGGED_IN_IN_MINUTE - 1) {
      refusal = await refusalOf(stage);
      await logInOnTheWeb(stage, IVAN);
    }
  });
  return {
    tracks: [...tracks.values()],
    minutes: MINUTES,
    endsMs,
    outage: OUTAGE,
    answers: application.answers,
    events: aws.events(),
    calls: aws.calls,
    refusal,
  };
}

async function rowsById(stage: Stage): Promise<ReadonlyMap<string, TokenRow>> {
  const items = await offTheRecord(stage, () => scanTable(stage.deployment));
  const rows = items.filter((item) => item['pk']?.S?.startsWith('token#')).map(tokenRow);
  return new Map(rows.map((row) => [row.id, row]));
}

function rowOf(rows: ReadonlyMap<string, TokenRow>, id: string): TokenRow {
  const row = rows.get(id);
  if (row === undefined) throw new Error(`The index has lost token ${id}.`);
  return row;
}

/** The code that get-access-token refuses Ivan's token with. */
function refusalOf({ deployment }: Stage): Promise<string> {
  return deployment.client.getAccessToken({ userName: userNameOf(IVAN) }).then(
    () => 'none',
    (error: unknown) => (error instanceof LatchkeyError ? error.code : String(error)),
  );
}
