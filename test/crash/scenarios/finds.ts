/** Finds and lists of what is there: nothing but a use may be left behind. */
import { DAY_MS } from '../world/durations.ts';
import { operation, type Scenario } from './scenario.ts';

const ANN = 'ann of C';

export const FINDS: readonly Scenario[] = [
  {
    name: 'find a token by its user',
    prepare: async (stage) => {
      await stage.saved('ann');
      return operation(stage, 'find-token', { token: { userName: 'ann', clientId: 'C' } });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'find a token by a credential, and note that it is used',
    prepare: async (stage) => {
      const token = stage.login('ann');
      await stage.save(token);
      stage.wait(2 * DAY_MS);
      const { accessToken } = token;
      return operation(stage, 'find-token', { token: { accessToken } });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'find a token by its id',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      return operation(stage, 'find-token-by-id', { id });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'find a token that another took over',
    prepare: async (stage) => {
      const first = await stage.saved('ann');
      const { userName, ...nameless } = stage.login('ann');
      const { id } = await stage.save(nameless);
      await stage.save({ id, userName: 'ann' });
      return operation(stage, 'find-token-by-id', { id: first.id });
    },
    ends: { [ANN]: 'active' },
    told: [`Token Deleted: ${ANN}`],
  },
  {
    name: 'get an access token that is fresh',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      return operation(stage, 'get-access-token', { id });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'list tokens with their secrets',
    prepare: async (stage) => {
      for (const user of ['ann', 'bob', 'cid']) await stage.saved(user);
      return operation(stage, 'get-tokens', {});
    },
    ends: { [ANN]: 'active', 'bob of C': 'active', 'cid of C': 'active' },
  },
  {
    name: 'list tokens without their secrets',
    prepare: async (stage) => {
      await stage.saved('ann');
      return operation(stage, 'get-tokens', { includeSecrets: false });
    },
    ends: { [ANN]: 'active' },
  },
];
