/** Saves: of a new token, over one that is there, and of one whose secret is not. */
import { operation, type Scenario } from './scenario.ts';

const ANN = 'ann of C';

export const SAVES: readonly Scenario[] = [
  {
    name: 'save a new token',
    prepare: async (stage) => operation(stage, 'save-token', { token: stage.login('ann') }),
    ends: { [ANN]: 'active' },
  },
  {
    name: 'save a new token beside others of its user and client',
    prepare: async (stage) => {
      await stage.saved('ann', { clientId: 'D' });
      await stage.saved('bob');
      return operation(stage, 'save-token', { token: stage.login('ann') });
    },
    ends: { [ANN]: 'active', 'ann of D': 'active', 'bob of C': 'active' },
  },
  {
    name: 'save a changed token',
    prepare: async (stage) => {
      await stage.saved('ann');
      const token = {
        userName: 'ann',
        clientId: 'C',
        accessToken: 'newer',
        redirectUrl: 'https://a',
      };
      return operation(stage, 'save-token', { token });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'save an unchanged token',
    prepare: async (stage) => {
      const token = stage.login('ann');
      await stage.save(token);
      return operation(stage, 'save-token', { token });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'save the credentials of a new login',
    prepare: async (stage) => {
      await stage.saved('ann', { grantToken: 'first grant' });
      return operation(stage, 'save-token', {
        token: stage.login('ann', { grantToken: 'second grant', clientSecret: 'another' }),
      });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'save a user name that is learned late',
    prepare: async (stage) => {
      const { userName, ...nameless } = stage.login('ann');
      const { id } = await stage.save(nameless);
      return operation(stage, 'save-token', { token: { id, userName } });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'save a user name that is learned late, and takes over a token',
    prepare: async (stage) => {
      await stage.saved('ann');
      const { userName, ...nameless } = stage.login('ann');
      const { id } = await stage.save(nameless);
      return operation(stage, 'save-token', { token: { id, userName } });
    },
    ends: { [ANN]: 'active' },
    told: [`Token Deleted: ${ANN}`],
  },
  {
    name: 'save a token whose secret was deleted by hand',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      await stage.deleteSecretByHand(id);
      return operation(stage, 'save-token', { token: stage.login('ann') });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'save, by a warm container, a token whose secret was deleted by hand',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      const warm = stage.world.container('save-token');
      await warm.invoke({ token: { id, accessToken: 'cached' } });
      await stage.deleteSecretByHand(id);
      return operation(stage, 'save-token', { token: stage.login('ann') }, warm);
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'save a token whose secret is gone for good',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      await stage.purgeSecret(await stage.deleteSecretByHand(id));
      return operation(stage, 'save-token', { token: stage.login('ann') });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'save a token that needs re-authorization',
    prepare: async (stage) => {
      const { id } = await stage.condemned('ann');
      return operation(stage, 'save-token', { token: { ...stage.login('ann'), id } });
    },
    ends: { [ANN]: 'active' },
    told: [`Token Needs Reauthorization: ${ANN}`, `Token Healed: ${ANN}`],
  },
  {
    name: 'save under an id that was restored',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      await stage.call('delete-token', { id });
      await stage.call('restore-tokens', { id });
      return operation(stage, 'save-token', { token: { ...stage.login('ann'), id } });
    },
    ends: { [ANN]: 'active' },
  },
  {
    name: 'save under an id that was deleted',
    prepare: async (stage) => {
      const { id } = await stage.saved('ann');
      await stage.call('delete-token', { id });
      return operation(stage, 'save-token', { token: { ...stage.login('ann'), id } });
    },
    ends: {},
    told: [`Token Deleted: ${ANN}`],
  },
];
