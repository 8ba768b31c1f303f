/** What runs by itself: the sweep, and a worker with each kind of token that it can be given. */

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../world/durations.ts';
import type { Stage } from '../world/stage.ts';
import { ROTATING_PROVIDER } from '../world/token-endpoints.ts';
import type { Scenario } from './scenario.ts';
import { sweep, worker } from './scenario.ts';

const ANN = 'ann of C';

/** A token that is due, and whose message waits for a worker. */
async function dispatched(stage: Stage, more = {}): Promise<{ id: string }> {
  const saved = await stage.saved('ann', { expiresAt: stage.nowMs + MINUTE_MS, ...more });
  await stage.sweep();
  return saved;
}

export const BACKGROUND: readonly Scenario[] = [
  {
    name: 'a sweep finds nothing due',
    prepare: async (stage) => {
      await stage.saved('ann');
      return sweep(stage);
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'a sweep finds three tokens due',
    prepare: async (stage) => {
      for (const user of ['ann', 'bob', 'cid']) {
        await stage.saved(user, { expiresAt: stage.nowMs + MINUTE_MS });
      }
      return sweep(stage);
    },
    ends: { [ANN]: 'active', 'bob of C': 'active', 'cid of C': 'active' },
  },
  {
    name: 'a worker refreshes a token',
    prepare: async (stage) => {
      await dispatched(stage);
      return worker(stage);
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'a worker refreshes a token of a provider that rotates',
    prepare: async (stage) => {
      await dispatched(stage, { provider: ROTATING_PROVIDER });
      return worker(stage);
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'a worker has one token twice, and another that is gone',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann', { expiresAt: stage.nowMs + MINUTE_MS });
      const bob = await stage.saved('bob', { expiresAt: stage.nowMs + MINUTE_MS });
      await stage.sweep();
      await stage.call('delete-token', { id: bob.id });
      stage.message(id);
      return worker(stage);
    },
    ends: { [ANN]: 'active' },
    told: ['Token Deleted: bob of C'],
  },
  {
    name: 'a worker goes on where one died that had refreshed and not committed',
    prepare: async (stage) => {
      const { id } = await dispatched(stage, { provider: ROTATING_PROVIDER });
      const fate = { at: 'secretsmanager PutSecretValue', when: 'after' } as const;
      await stage.dying('refresh-worker', { tokenIds: [id] }, fate);
      stage.wait(MINUTE_MS);
      return worker(stage);
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'a worker whose token is refused once, in error',
    prepare: async (stage) => {
      await dispatched(stage);
      stage.world.providers.trouble('invalid_grant', 10_000);
      return worker(stage);
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'a worker whose token is refused for the second time',
    prepare: async (stage) => {
      await dispatched(stage);
      stage.world.providers.revokeAllOf('ann');
      await stage.world.deliver();
      stage.wait(5 * MINUTE_MS);
      await stage.sweep();
      return worker(stage);
    },
    ends: { [ANN]: 'needs-reauthorization' },
    told: [`Token Needs Reauthorization: ${ANN}`],
  },
  {
    name: 'a worker that announces a token that needs re-authorization',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann', { expiresAt: stage.nowMs });
      stage.world.providers.revokeAllOf('ann');
      for (let refusal = 1; refusal <= 2; refusal += 1) {
        await stage.world.invoke('get-access-token', { id });
        stage.wait(2 * MINUTE_MS);
      }
      await stage.sweep();
      return worker(stage);
    },
    ends: { [ANN]: 'needs-reauthorization' },
    told: [`Token Needs Reauthorization: ${ANN}`],
  },
  {
    name: 'a worker that probes a token that needs re-authorization, and heals it',
    prepare: async (stage) => {
      await dispatched(stage);
      stage.world.providers.trouble('invalid_grant', 20 * MINUTE_MS);
      for (let round = 0; round < 3; round += 1) {
        await stage.world.deliver();
        stage.wait(5 * MINUTE_MS);
        await stage.sweep();
      }
      stage.wait(3 * HOUR_MS);
      await stage.sweep();
      return worker(stage);
    },
    ends: { [ANN]: 'active' },
    told: [`Token Needs Reauthorization: ${ANN}`, `Token Healed: ${ANN}`],
  },
  {
    name: 'a worker whose client is refused',
    prepare: async (stage) => {
      await dispatched(stage);
      stage.world.providers.trouble('invalid_client', 10 * MINUTE_MS);
      return worker(stage);
    },
    ends: { [ANN]: 'active' },
    told: [`OAuth Client Fault: ${ANN}`],
  },
  ...(['outage', 'throttled', 'not-json'] as const).map(
    (kind): Scenario => ({
      name: `a worker meets a provider: ${kind}`,
      prepare: async (stage) => {
        await dispatched(stage);
        stage.world.providers.trouble(kind, MINUTE_MS);
        return worker(stage);
      },
      ends: { [ANN]: 'active' },
    }),
  ),
  {
    name: 'a worker whose token nobody used for a month',
    prepare: async (stage) => {
      await stage.saved('ann', { expiresAt: stage.nowMs });
      stage.wait(31 * DAY_MS);
      await stage.sweep();
      return worker(stage);
    },
    ends: { [ANN]: 'idle' },
  },
  {
    name: 'a worker that announces a deletion',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      await stage.call('delete-token', { id });
      await stage.sweep();
      return worker(stage);
    },
    ends: {},
    told: [`Token Deleted: ${ANN}`],
  },
  {
    name: 'a worker that announces a token that was healed',
    prepare: async (stage) => {
      const { id } = await stage.condemned('ann');
      await stage.save({ ...stage.login('ann'), id });
      await stage.sweep();
      return worker(stage);
    },
    ends: { [ANN]: 'active' },
    told: [`Token Needs Reauthorization: ${ANN}`, `Token Healed: ${ANN}`],
  },
  {
    name: 'a worker whose secret was deleted by hand',
    prepare: async (stage) => {
      const { id } = await dispatched(stage);
      await stage.deleteSecretByHand(id);
      return worker(stage);
    },
    ends: { [ANN]: 'active' },
  },
];
