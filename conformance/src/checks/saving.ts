/** Saving: what was acknowledged is kept, once, under one id, and what was refused leaves nothing. */
import { type Check, check } from '../check.ts';
import { demand, demandFields, demandSome, isFound } from '../demand.ts';
import { CLIENT, inAnHour, person, userOf } from '../people.ts';
import { fieldsOf, withoutId } from '../token-fields.ts';

const FOREIGN_ID = '77';

export const savingChecks: readonly Check[] = [
  check(
    'saving/sets-id',
    'inconvenient',
    'A token has no id after it was saved: each request to the API saves it again',
    {},
    async (stage) => {
      const store = await stage.store();
      const token = stage.token(person('alice'));
      await store.saveToken(token);
      const id: unknown = token.getId();
      demand(typeof id === 'string' && id !== '', 'no id is set on the token');
    },
  ),
  check(
    'saving/sets-known-id',
    'inconvenient',
    'A process that saves a user who is stored already does not learn the id',
    {},
    async (stage) => {
      const store = await stage.store();
      const { id, ...alice } = await stage.save(store, person('alice'));
      const again = stage.token({ ...alice, accessToken: 'access-2' });
      await store.saveToken(again);
      demand(again.getId() === id, "the token's id is not set");
    },
  ),
  check(
    'saving/same-again',
    'wrong',
    'Saving the same token again makes a second one',
    { defects: [38] },
    async (stage) => {
      const store = await stage.store();
      const alice = await stage.save(store, person('alice'));
      await store.saveToken(stage.token(alice));
      await store.saveToken(stage.token(withoutId(alice)));
      demand((await stage.list(store)).length === 1, 'there is more than one token');
    },
  ),
  check(
    'saving/updates',
    'lost',
    'A refreshed access token is not kept',
    { defects: [53] },
    async (stage) => {
      const store = await stage.store();
      const alice = await stage.save(store, person('alice'));
      for (const accessToken of ['access-2', 'access-3', 'access-4']) {
        await store.saveToken(stage.token({ ...alice, accessToken }));
        demandFields(await store.findTokenById(alice.id), { ...alice, accessToken }, 'the token');
      }
    },
  ),
  check(
    'saving/keeps-the-rest',
    'lost',
    'Saving a new access token loses the refresh token',
    {},
    async (stage) => {
      const store = await stage.store();
      const alice = await stage.save(store, person('alice'));
      const { id, userName, clientId, clientSecret } = alice;
      const fresh = { accessToken: 'access-2', expiresIn: inAnHour() };
      await store.saveToken(stage.token({ id, userName, clientId, clientSecret, ...fresh }));
      demandFields(await store.findTokenById(id), { ...alice, ...fresh }, 'the token');
    },
  ),
  check(
    'saving/new-client-secret',
    'wrong',
    "An application's new client secret is not kept",
    {},
    async (stage) => {
      const store = await stage.store();
      const alice = await stage.save(store, person('alice'));
      const rotated = { ...withoutId(alice), clientSecret: 'rotated' };
      await store.saveToken(stage.token(rotated));
      demandSome(await stage.find(store, userOf('alice')), rotated, "alice's token");
    },
  ),
  check(
    'saving/nothing',
    'inconvenient',
    'A save that was refused leaves an empty user behind',
    { defects: [31] },
    async (stage) => {
      const store = await stage.store();
      await stage.save(store, person('alice'));
      const nobody = stage.token(userOf('ghost'));
      await stage.settle(() => store.saveToken(nobody));
      demand(!isFound(await stage.find(store, userOf('ghost'))), 'the empty user is found');
      demand((await stage.list(store)).length === 1, 'the empty user is listed');
    },
  ),
  check(
    'saving/client-and-access',
    'lost',
    'A token of a client and an access token cannot be saved',
    { defects: [25] },
    async (stage) => {
      const store = await stage.store();
      const saved = await stage.save(store, { ...CLIENT, accessToken: 'access-alone' });
      demandFields(await store.findTokenById(saved.id), saved, 'the token');
    },
  ),
  check(
    'saving/client-and-access-again',
    'inconvenient',
    'Each process that has a client and an access token saves one more token',
    { defects: [25] },
    async (stage) => {
      const store = await stage.store();
      for (let start = 0; start < 3; start += 1) {
        await store.saveToken(stage.token({ ...CLIENT, accessToken: 'access-alone' }));
      }
      demand((await stage.list(store)).length === 1, 'there is more than one token');
    },
  ),
  check(
    'saving/name-learned',
    'lost',
    'A user name that is learned after the first save makes the next one fail',
    { defects: [26] },
    async (stage) => {
      const store = await stage.store();
      const { userName, ...nameless } = person('alice');
      const saved = await stage.save(store, nameless);
      await store.saveToken(stage.token({ ...saved, userName }));
      demandFields(await stage.find(store, { userName }), { ...saved, userName }, 'the token');
    },
  ),
  check(
    'saving/name-learned-elsewhere',
    'inconvenient',
    'A user name that another process learns makes a second token of the same grant',
    { defects: [26] },
    async (stage) => {
      const store = await stage.store();
      const { userName, ...nameless } = person('alice');
      await stage.save(store, nameless);
      await store.saveToken(stage.token({ ...nameless, userName }));
      demand(isFound(await stage.find(store, { userName })), 'the user is not found');
      demand((await stage.list(store)).length === 1, 'there is more than one token');
    },
  ),
  check(
    'saving/foreign-id',
    'wrong',
    'An id from elsewhere makes a second token of a user who is stored already',
    { defects: [49] },
    async (stage) => {
      const store = await stage.store();
      const alice = await stage.save(store, person('alice'));
      await stage.settle(() => store.saveToken(stage.token({ ...alice, id: FOREIGN_ID })));
      demand((await stage.list(store)).length === 1, 'there is more than one token');
    },
  ),
  check(
    'saving/foreign-text-id',
    'lost',
    'An id that is no number stops all users after it from being saved',
    { defects: [32] },
    async (stage) => {
      const store = await stage.store();
      await stage.settle(() => store.saveToken(stage.token({ ...person('alice'), id: 'b7-uuid' })));
      const bob = await stage.save(store, person('bob'));
      const carol = await stage.save(store, person('carol'));
      demand(bob.id !== carol.id, 'two users get the same id');
      demandFields(await store.findTokenById(bob.id), bob, "the next user's token");
      demandFields(await store.findTokenById(carol.id), carol, "the user's after that");
    },
  ),
  check(
    'saving/many-users',
    'lost',
    'The second, or the eleventh, user cannot be saved or overwrites another',
    { defects: [32, 55] },
    async (stage) => {
      const store = await stage.store();
      const saved = [];
      for (let n = 1; n <= 12; n += 1) saved.push(await stage.save(store, person(`user-${n}`)));
      demand(new Set(saved.map(({ id }) => id)).size === saved.length, 'an id is given twice');
      for (const user of saved) {
        demandFields(await store.findTokenById(user.id), user, "a user's token");
      }
    },
  ),
  check(
    'saving/refreshing-the-second',
    'mixed up',
    "Refreshing the second user's token overwrites the first user's",
    { defects: [55] },
    async (stage) => {
      const store = await stage.store();
      const alice = await stage.save(store, person('alice'));
      const bob = await stage.save(store, person('bob'));
      await store.saveToken(stage.token({ ...bob, accessToken: 'access-2' }));
      const { id: _, ...expected } = alice;
      demandSome(await stage.find(store, userOf('alice')), expected, "alice's token");
    },
  ),
  check(
    'saving/id-reused',
    'mixed up',
    "The id of a user who has logged out leads to the next user's token",
    {},
    async (stage) => {
      const store = await stage.store();
      await stage.save(store, person('alice'));
      const bob = await stage.save(store, person('bob'));
      await store.deleteToken(bob.id);
      const carol = await stage.save(store, person('carol'));
      demand(carol.id !== bob.id, "the next user is given the former one's id");
    },
  ),
  check(
    'saving/under-id',
    'mixed up',
    'A save under an id goes to another token that matches besides',
    { defects: [36] },
    async (stage) => {
      const store = await stage.store();
      const one = await stage.save(store, { ...CLIENT, refreshToken: 'refresh-1' });
      const two = await stage.save(store, { ...CLIENT, refreshToken: 'refresh-2' });
      // As the SDK saves what it has refreshed: under its id, by now with another's refresh token.
      const redirectUrl = 'https://app.example/two';
      const saved = stage.token({ ...CLIENT, id: two.id, refreshToken: 'refresh-1', redirectUrl });
      await stage.settle(() => store.saveToken(saved));
      demandFields(await store.findTokenById(one.id), one, 'the other token');
    },
  ),
  check(
    'saving/under-another-users-id',
    'mixed up',
    "A save under bob's id in alice's name gives bob's token away",
    { defects: [36] },
    async (stage) => {
      const store = await stage.store();
      await stage.save(store, person('alice'));
      const bob = await stage.save(store, person('bob'));
      const mixedUp = stage.token({ ...person('alice'), id: bob.id, accessToken: 'access-2' });
      await stage.settle(() => store.saveToken(mixedUp));
      demandFields(await store.findTokenById(bob.id), bob, "bob's token");
    },
  ),
  check(
    'saving/after-logout',
    'wrong',
    'A logout is undone by a refresh that was under way',
    {},
    async (stage) => {
      const store = await stage.store();
      const alice = await stage.save(store, person('alice'));
      await store.deleteToken(alice.id);
      const late = stage.token({ ...alice, accessToken: 'access-2' });
      await stage.settle(() => store.saveToken(late));
      const { userName, accessToken } = fieldsOf(late);
      demand(!isFound(await stage.find(store, { userName: userName ?? '' })), 'the user is back');
      demand(!isFound(await stage.find(store, { accessToken: accessToken ?? '' })), 'it is back');
    },
  ),
];
