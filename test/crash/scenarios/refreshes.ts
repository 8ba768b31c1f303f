/** Refreshes for whoever asks: each answer that a provider can give, and what others do meanwhile. */

import { DAY_MS, MINUTE_MS } from '../world/durations.ts';
import type { Stage } from '../world/stage.ts';
import { ROTATING_PROVIDER } from '../world/token-endpoints.ts';
import type { Act, Scenario } from './scenario.ts';
import { operation } from './scenario.ts';

const ANN = 'ann of C';
const CONDEMNED = [`Token Needs Reauthorization: ${ANN}`];
const ROTATING = { provider: ROTATING_PROVIDER } as const;

/** Somebody asks for the access token of a token that has expired. */
async function expired(stage: Stage, more = {}, before?: (id: string) => void): Promise<Act> {
  const { id } = await stage.saved('ann', { expiresAt: stage.nowMs, ...more });
  before?.(id);
  return operation(stage, 'get-access-token', { id });
}

export const REFRESHES: readonly Scenario[] = [
  {
    name: 'get an access token that has expired',
    prepare: (stage) => expired(stage),
    ends: { [ANN]: 'active' },
  },
  {
    name: 'get an access token that has expired, of a provider that rotates',
    prepare: (stage) => expired(stage, ROTATING),
    ends: { [ANN]: 'active' },
  },
  {
    name: 'find a token that has expired',
    prepare: async (stage) => {
      await stage.saved('ann', { expiresAt: stage.nowMs });
      return operation(stage, 'find-token', { token: { userName: 'ann' } });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'find a token that nobody used for a month',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann', { expiresAt: stage.nowMs });
      stage.wait(31 * DAY_MS);
      await stage.sweep();
      await stage.world.deliver();
      return operation(stage, 'find-token-by-id', { id });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'get an access token: the grant is refused once, in error',
    prepare: (stage) =>
      expired(stage, {}, () => stage.world.providers.trouble('invalid_grant', 30_000)),
    ends: { [ANN]: 'active' },
  },
  {
    name: 'get an access token: the user took the grant back',
    prepare: (stage) => expired(stage, {}, () => stage.world.providers.revokeAllOf('ann')),
    ends: { [ANN]: 'needs-reauthorization' },
    told: CONDEMNED,
  },
  {
    name: 'get an access token: the grant is refused for the second time',
    prepare: async (stage) => {
      const act = await expired(stage, {}, () => stage.world.providers.revokeAllOf('ann'));
      await act.once();
      stage.wait(2 * MINUTE_MS);
      return act;
    },
    ends: { [ANN]: 'needs-reauthorization' },
    told: CONDEMNED,
  },
  {
    name: 'get an access token: the client is refused',
    prepare: (stage) =>
      expired(stage, {}, () => stage.world.providers.trouble('invalid_client', 10 * MINUTE_MS)),
    ends: { [ANN]: 'active' },
    told: [`OAuth Client Fault: ${ANN}`],
  },
  {
    name: 'get an access token: the client is accepted again',
    prepare: async (stage) => {
      const act = await expired(stage, {}, () =>
        stage.world.providers.trouble('invalid_client', MINUTE_MS),
      );
      await act.once();
      stage.wait(3 * MINUTE_MS);
      return act;
    },
    ends: { [ANN]: 'active' },
    told: [`OAuth Client Fault: ${ANN}`],
  },
  ...(['outage', 'throttled', 'not-json'] as const).map(
    (kind): Scenario => ({
      name: `get an access token: ${kind}`,
      prepare: (stage) =>
        expired(stage, {}, () => stage.world.providers.trouble(kind, 5 * MINUTE_MS)),
      ends: { [ANN]: 'active' },
    }),
  ),
  {
    name: 'get an access token while its secret is gone',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann', { expiresAt: stage.nowMs });
      const warm = stage.world.container('get-access-token');
      stage.world.providers.trouble('outage', MINUTE_MS);
      await warm.invoke({ id });
      stage.wait(2 * MINUTE_MS);
      await stage.deleteSecretByHand(id);
      return operation(stage, 'get-access-token', { id }, warm);
    },
    ends: { [ANN]: 'active' },
  },
  ...[{}, ROTATING].flatMap((more): Scenario[] => {
    const rotates = 'provider' in more ? ', of a provider that rotates' : '';
    return [
      {
        name: `get an access token that a worker had refreshed and not committed${rotates}`,
        prepare: async (stage) => {
          const act = await expired(stage, more);
          const { id } = await stage.only();
          const fate = { at: 'secretsmanager PutSecretValue', when: 'after' } as const;
          await stage.dying('get-access-token', { id }, fate);
          stage.wait(MINUTE_MS);
          return act;
        },
        ends: { [ANN]: 'active' },
      },
      {
        name: `get an access token that a worker had refreshed and not committed before a save${rotates}`,
        prepare: async (stage) => {
          const act = await expired(stage, more);
          const { id } = await stage.only();
          const fate = { at: 'secretsmanager PutSecretValue', when: 'after' } as const;
          await stage.dying('get-access-token', { id }, fate);
          await stage.save({ id, redirectUrl: 'https://a.example' });
          stage.wait(MINUTE_MS);
          return act;
        },
        ends: { [ANN]: 'active' },
      },
      {
        name: `save a token that a worker had refreshed and not committed, for the second time${rotates}`,
        prepare: async (stage) => {
          await expired(stage, more);
          const { id } = await stage.only();
          const fate = { at: 'secretsmanager PutSecretValue', when: 'after' } as const;
          await stage.dying('get-access-token', { id }, fate);
          await stage.save({ id, redirectUrl: 'https://a.example' });
          return operation(stage, 'save-token', {
            token: { id, redirectUrl: 'https://b.example' },
          });
        },
        ends: { [ANN]: 'active' },
      },
      {
        name: `restore a token that was deleted while a worker that died refreshed it${rotates}`,
        prepare: async (stage) => {
          await expired(stage, more);
          const { id } = await stage.only();
          const fate = { at: 'secretsmanager PutSecretValue', when: 'after' } as const;
          await stage.dying('get-access-token', { id }, fate);
          await stage.call('delete-token', { id });
          return operation(stage, 'restore-tokens', { id });
        },
        ends: { [ANN]: 'active' },
      },
      {
        name: `get an access token while the user changes something else${rotates}`,
        prepare: async (stage) => {
          const act = await expired(stage, more);
          const { id } = await stage.only();
          const changed = { id, redirectUrl: 'https://a.example' };
          stage.world.providers.meanwhile = () => stage.save(changed);
          return { ...act, between: [{ ...(await stage.content(id)), ...changed }] };
        },
        ends: { [ANN]: 'active' },
      },
      {
        name: `get an access token while the user logs in anew${rotates}`,
        prepare: async (stage) => {
          const act = await expired(stage, more);
          const { id } = await stage.only();
          const login = stage.login('ann', more);
          stage.world.providers.meanwhile = () => stage.save(login);
          return { ...act, between: [{ id, ...login }] };
        },
        ends: { [ANN]: 'active' },
      },
      {
        name: `get an access token while the user logs out${rotates}`,
        prepare: async (stage) => {
          const act = await expired(stage, more);
          const { id } = await stage.only();
          stage.world.providers.meanwhile = () => stage.call('delete-token', { id });
          return act;
        },
        ends: {},
        told: [`Token Deleted: ${ANN}`],
      },
    ];
  }),
];
