/** Deleting and listing: what is meant to end ends, and nothing else does. */
import { type Check, check } from '../check.ts';
import { demand, demandFields, isFound } from '../demand.ts';
import { person, userOf } from '../people.ts';
import type { Stage } from '../stage.ts';
import { fieldsOf } from '../token-fields.ts';

async function withTwo(stage: Stage) {
  const store = await stage.store();
  const alice = await stage.save(store, person('alice'));
  const bob = await stage.save(store, person('bob'));
  return { store, alice, bob };
}

export const deletingChecks: readonly Check[] = [
  check('deleting/one', 'wrong', 'A token that was deleted is found again', {}, async (stage) => {
    const { store, alice } = await withTwo(stage);
    await store.deleteToken(alice.id);
    const { clientId, clientSecret, refreshToken, grantToken, userName } = alice;
    const client = { clientId, clientSecret };
    for (const named of [{ userName }, { ...client, refreshToken }, { ...client, grantToken }]) {
      demand(!isFound(await stage.find(store, named)), 'it is still found');
    }
    const byId = await stage.settle(() => store.findTokenById(alice.id));
    const found = byId.kind === 'value' && isFound(byId.value) ? fieldsOf(byId.value) : {};
    demand(found.userName !== userName, 'it is still found by its id');
  }),
  check(
    'deleting/only-that',
    'lost',
    "Deleting one user's token deletes another's",
    {},
    async (stage) => {
      const { store, alice, bob } = await withTwo(stage);
      await store.deleteToken(alice.id);
      demandFields(await store.findTokenById(bob.id), bob, "bob's token");
      demand((await stage.list(store)).length === 1, 'more or less than that token is deleted');
    },
  ),
  check(
    'deleting/again',
    'inconvenient',
    'Logging out a second time fails',
    { defects: [51] },
    async (stage) => {
      const store = await stage.store();
      const alice = await stage.save(store, person('alice'));
      await store.deleteToken(alice.id);
      const again = await stage.settle(() => store.deleteToken(alice.id));
      demand(again.kind === 'value', 'deleting what is gone is rejected');
    },
  ),
  check(
    'deleting/foreign-id',
    'wrong',
    'A token whose id is not a number cannot be deleted',
    { defects: [54] },
    async (stage) => {
      const store = await stage.store();
      const token = stage.token({ ...person('alice'), id: 'b7-uuid' });
      await store.saveToken(token);
      await store.deleteToken(token.getId() ?? '');
      demand(!isFound(await stage.find(store, userOf('alice'))), 'it is still found');
    },
  ),
  check(
    'deleting/all',
    'wrong',
    'Logging everybody out fails, or leaves tokens behind',
    { defects: [13] },
    async (stage) => {
      const { store, alice } = await withTwo(stage);
      await store.deleteTokens();
      demand((await stage.list(store)).length === 0, 'tokens are left');
      demand(!isFound(await stage.find(store, userOf('bob'))), 'a user is still found');
      const byId = await stage.settle(() => store.findTokenById(alice.id));
      demand(byId.kind !== 'value' || !isFound(byId.value), 'a token is still found by its id');
    },
  ),
  check(
    'deleting/all-then-save',
    'wrong',
    'Nobody can log in after everybody was logged out',
    { defects: [13] },
    async (stage) => {
      const { store } = await withTwo(stage);
      await store.deleteTokens();
      const carol = await stage.save(store, person('carol'));
      demandFields(await store.findTokenById(carol.id), carol, "the new user's token");
    },
  ),
  check(
    'deleting/empty-store',
    'inconvenient',
    'A store that holds nothing yet fails with errors of its own making',
    { defects: [51] },
    async (stage) => {
      const store = await stage.store();
      demand(!isFound(await stage.find(store, userOf('alice'))), 'somebody is found');
      await store.deleteTokens();
    },
  ),
  check(
    'deleting/list-of-none',
    'inconvenient',
    'Listing the tokens of an empty store gives null instead of a list',
    {},
    async (stage) => {
      const store = await stage.store();
      const listed: unknown = await store.getTokens();
      demand(Array.isArray(listed) && listed.length === 0, 'it is no empty list');
    },
  ),
  check(
    'deleting/list',
    'lost',
    'Listing leaves out tokens, or parts of them',
    {},
    async (stage) => {
      const { store, alice, bob } = await withTwo(stage);
      const listed = (await store.getTokens()) ?? [];
      demand(listed.length === 2, 'it has not as many as there are');
      for (const saved of [alice, bob]) {
        const found = listed.find((token) => fieldsOf(token).userName === saved.userName);
        demandFields(found, saved, 'a listed token');
        demand(found instanceof stage.sdk.OAuthToken, 'a listed token is no OAuthToken');
      }
    },
  ),
];
