/**
 * A token becomes due and nobody calls: EventBridge Scheduler, the dispatcher, SQS, a worker, the
 * provider, Secrets Manager, the index and the event bus, each as it was deployed.
 */
import assert from 'node:assert/strict';
import type { TokenJson } from '../../../lib/contract.ts';
import type { FakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { type BusListener, logIn, minutesFromNow } from '../application.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import type { Step } from '../step.ts';

/** The schedule's minute, MiniStack's look every ten seconds, and cold containers. */
const SCHEDULE_LIMIT_SECONDS = 150;

export function scheduledRefresh(store: DeployedStore, zoho: FakeZoho, bus: BusListener): Step {
  return {
    title: 'a token is refreshed by the schedule',
    run: async (tell) => {
      const { client, stored } = store;
      const { EventBusName = '' } = await store.outputs();
      await bus.listenTo(EventBusName);
      const old = await logIn(zoho, 'gwen', { expiresAt: minutesFromNow(5) });
      const { id } = await client.saveToken({ token: old });
      const before = await stored.row(id);

      let after = before;
      await tell.check(
        'the schedule fires by itself, and a worker commits a new version',
        async () => {
          after = await tell.until('the schedule', SCHEDULE_LIMIT_SECONDS, async () => {
            const row = await stored.row(id);
            return row.versionId === before.versionId ? undefined : row;
          });
          assert.equal(after.revision, before.revision + 1);
          assert.equal(after.state, 'active');
        },
      );
      await tell.check(
        'the version that the index pins is AWSCURRENT, and holds a new token',
        async () => {
          const pinned = await stored.pinned(id);
          assert.deepEqual(await stored.current(id), pinned);
          const { accessToken = '', expiresAt = 0 } = pinned;
          assert.notEqual(accessToken, old.accessToken);
          assert.ok(expiresAt > minutesFromNow(55), 'it lives for an hour');
          assert.deepEqual(pinned, { ...old, accessToken, expiresAt } satisfies TokenJson);
        },
      );
      await tell.check(
        'the provider was asked once; who finds the token asks it no more',
        async () => {
          assert.equal((await client.findTokenById({ id })).token?.expiresAt, after.expiresAtMs);
          assert.equal(zoho.refreshesOf(old.refreshToken ?? ''), 1);
        },
      );
      await tell.check('an application hears of it on the event bus', async () => {
        const event = await tell.until('the event', 20, async () =>
          (await bus.heard()).find(({ detail }) => detail['tokenId'] === id),
        );
        assert.equal(event.source, 'latchkey');
        assert.equal(event['detail-type'], 'Token Refreshed');
        assert.deepEqual(event.detail, {
          schema: 1,
          store: store.settings.store,
          tokenId: id,
          userName: 'gwen',
          clientId: old.clientId,
          provider: 'zoho',
          expiresAt: after.expiresAtMs,
          at: after.refreshedAtMs,
        });
      });
    },
  };
}
