/** Logouts and what brings them back. */
import { ROTATING_PROVIDER } from '../world/token-endpoints.ts';
import { operation, type Scenario } from './scenario.ts';

const ANN = 'ann of C';
const DELETED = [`Token Deleted: ${ANN}`];
const THREE = { [ANN]: 'active', 'bob of C': 'active', 'cid of C': 'active' } as const;
const LOGOUT = { requestId: 'a logout' };

export const DELETIONS: readonly Scenario[] = [
  {
    name: 'delete a token',
    prepare: async (stage) => {
      await stage.saved('bob');
      const { id } = await stage.saved('ann');
      return operation(stage, 'delete-token', { id });
    },
    ends: { 'bob of C': 'active' },
    told: DELETED,
  },
  ...[{}, { provider: ROTATING_PROVIDER }].map(
    (more): Scenario => ({
      name: `delete a token and revoke its grant at ${more.provider ?? 'zoho'}`,
      prepare: async (stage) => {
        const { id } = await stage.saved('ann', more);
        return operation(stage, 'delete-token', { id, revoke: true });
      },
      ends: {},
      told: DELETED,
    }),
  ),
  {
    name: 'delete a token, and the provider cannot revoke its grant',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      stage.world.providers.trouble('outage', 300_000);
      return operation(stage, 'delete-token', { id, revoke: true });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'delete a token that another took over',
    prepare: async (stage) => {
      const first = await stage.saved('ann');
      const { userName, ...nameless } = stage.login('ann');
      const { id } = await stage.save(nameless);
      await stage.save({ id, userName: 'ann' });
      return operation(stage, 'delete-token', { id: first.id });
    },
    ends: {},
    told: DELETED,
  },
  {
    name: 'delete all tokens',
    prepare: async (stage) => {
      for (const user of ['ann', 'bob', 'cid']) await stage.saved(user);
      return operation(stage, 'delete-tokens', LOGOUT);
    },
    ends: {},
    told: [...DELETED, 'Token Deleted: bob of C', 'Token Deleted: cid of C'],
  },
  {
    name: 'delete all tokens, without a request id',
    prepare: async (stage) => {
      await stage.saved('ann');
      return operation(stage, 'delete-tokens', {});
    },
    ends: {},
    told: DELETED,
  },
  {
    name: 'restore a token',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      await stage.call('delete-token', { id });
      return operation(stage, 'restore-tokens', { id });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'restore a token whose user has another by now',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      await stage.call('delete-token', { id });
      await stage.saved('ann');
      return operation(stage, 'restore-tokens', { id });
    },
    ends: { [ANN]: 'active' },
    told: DELETED,
  },
  {
    name: 'restore the last logout',
    prepare: async (stage) => {
      for (const user of ['ann', 'bob', 'cid']) await stage.saved(user);
      await stage.call('delete-tokens', LOGOUT);
      return operation(stage, 'restore-tokens', { lastLogout: true });
    },
    ends: THREE,
  },
  {
    name: 'restore the last logout after the housekeeper buried it',
    prepare: async (stage) => {
      for (const user of ['ann', 'bob', 'cid']) await stage.saved(user);
      await stage.call('delete-tokens', LOGOUT);
      await stage.call('housekeeper', { mode: 'repair' });
      return operation(stage, 'restore-tokens', { lastLogout: true });
    },
    ends: THREE,
  },
];
