/**
 * A scheduled refresh of one token by a warm worker, and the bare calls beside it: its requests to
 * AWS sent to a twin store, and a bare request to the same provider. An hour passes between two
 * samples, on a clock of their own.
 */
import { ScheduledRefresh } from '../../lib/background/scheduled-refresh.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import type { TokenJson } from '../../lib/contract.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import { MemoryPublisher } from '../../lib/events/memory-publisher.ts';
import { Pacer } from '../../lib/pacer.ts';
import { ZOHO_DATA_CENTRES } from '../../lib/provider/zoho-data-centres.ts';
import { parseSaveToken } from '../../lib/requests.ts';
import { TokenStore } from '../../lib/token-store.ts';
import type { Subject } from '../samples.ts';
import { logIn } from '../zoho-login.ts';
import type { Recorder } from './recorder.ts';
import { storeParts } from './store.ts';
import { type RefreshCalls, secretArnIn, TwinStore, takeNext } from './twin-store.ts';

export type RefreshSubject = 'refresh' | 'bareRefresh';

export const REFRESH_TWIN = new TwinStore('refreshes');

/** Secrets Manager keeps about 100 versions of a secret a day: the refreshes go round many tokens. */
const TOKENS = 40;
const BUDGET_MS = 20_000;
const HOUR_MS = 3_600_000;

export async function refreshSubjects(
  zohoUrl: string,
  recorder: Recorder,
): Promise<Record<RefreshSubject, Subject>> {
  let aheadMs = 0;
  const clock: Clock = {
    nowMs: () => systemClock.nowMs() + aheadMs,
    // The pace is not what is measured, and a timer takes a millisecond at least.
    sleep: (ms, signal) => (ms < 1 ? Promise.resolve() : systemClock.sleep(ms, signal)),
  };
  const dataCentres = {
    ...ZOHO_DATA_CENTRES,
    bench: { accountsUrl: zohoUrl, apiDomain: zohoUrl },
  };
  const parts = storeParts({ clock, dataCentres });
  const pacer = new Pacer(1_000_000, clock);
  const publisher = new MemoryPublisher();
  const refresh = new ScheduledRefresh({ ...parts, publisher, pacer, store: 'bench' });
  const store = new TokenStore(parts);
  const deadline = () => deadlineIn(BUDGET_MS, clock);

  const saved: { readonly id: string; readonly token: TokenJson }[] = [];
  for (let user = 0; user < TOKENS; user += 1) {
    const token = await logIn(zohoUrl, `refreshed-${user}`, clock.nowMs());
    recorder.start();
    const { id } = await store.saveToken(parseSaveToken({ token }), deadline());
    const calls = recorder.stop();
    await REFRESH_TWIN.create(calls, secretArnIn(calls));
    saved.push({ id, token });
  }

  let turn = 0;
  let due: (typeof saved)[number][] = [];
  let answered: TokenJson[] = [];
  let calls: RefreshCalls[] = [];
  return {
    refresh: {
      prepare: (times) => {
        aheadMs += HOUR_MS;
        due = Array.from({ length: times }, () => {
          turn += 1;
          return takeNext(saved.slice(turn % TOKENS));
        });
        answered = due.map(({ token }) => token);
        recorder.start();
      },
      run: async () => {
        const { outcome } = await refresh.run(takeNext(due).id, deadline());
        if (outcome !== 'refreshed') throw new Error(`A refresh came to this: ${outcome}.`);
      },
    },
    bareRefresh: {
      prepare: () => {
        calls = REFRESH_TWIN.requestsOfRefreshes(recorder.stop());
      },
      run: () => {
        const token = takeNext(answered);
        return REFRESH_TWIN.refresh(takeNext(calls), () => askBarely(zohoUrl, token));
      },
    },
  };
}

async function askBarely(zohoUrl: string, token: TokenJson): Promise<unknown> {
  const { clientId = '', clientSecret = '', refreshToken = '' } = token;
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  });
  const response = await fetch(`${zohoUrl}/oauth/v2/token`, { method: 'POST', body });
  return response.json();
}
