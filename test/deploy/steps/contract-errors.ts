/** What can be expected to fail, through the deployed functions: an answer with a code, no crash. */
import assert from 'node:assert/strict';
import type { FakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { logIn, minutesFromNow } from '../application.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import type { Step } from '../step.ts';

export function contractErrors(store: DeployedStore, zoho: FakeZoho): Step {
  return {
    title: 'the failures of the contract',
    run: async (tell) => {
      const { client } = store;
      const fails = (code: string, call: () => Promise<unknown>) =>
        tell.check(code, () => assert.rejects(call(), { name: 'LatchkeyError', code }));
      const half = 'x'.repeat(33_000);
      const expired = { expiresAt: minutesFromNow(-1) };
      const ann = await client.findToken({ token: { userName: 'ann' } });
      const lone = await client.saveToken({
        token: { userName: 'lone', accessToken: 'a', ...expired },
      });
      const fay = await client.saveToken({ token: await logIn(zoho, 'fay', expired) });

      await fails('INVALID_REQUEST', () => client.findTokenById({ id: '' }));
      await fails('NOTHING_TO_STORE', () => client.saveToken({ token: { userName: 'eve' } }));
      await fails('TOKEN_TOO_LARGE', () =>
        client.saveToken({ token: { userName: 'eve', accessToken: half, refreshToken: half } }),
      );
      await fails('TOKEN_NOT_FOUND', () => client.getAccessToken({ userName: 'nobody' }));
      await fails('CONFLICT', () =>
        client.saveToken({ token: { id: ann.token?.id ?? '', userName: 'eve', accessToken: 'b' } }),
      );
      await fails('REAUTHORIZATION_REQUIRED', () => client.getAccessToken({ id: lone.id }));
      zoho.failNext({ kind: 'garbage', times: Number.POSITIVE_INFINITY });
      try {
        await fails('PROVIDER_UNAVAILABLE', () => client.getAccessToken({ id: fay.id }));
      } finally {
        zoho.recover();
      }
      // The schedule would take them up, in the middle of what other steps prove.
      for (const { id } of [lone, fay]) await client.deleteToken({ id });
    },
  };
}
