/** Finding: whether the SDK gets the token that was saved, and hears of it when there is none. */
import { type Check, check } from '../check.ts';
import { demand, demandFields, demandSome, isFound } from '../demand.ts';
import { HOUR_MS, person, userOf } from '../people.ts';
import type { Stage } from '../stage.ts';
import type { Store } from '../subject.ts';
import { fieldsOf } from '../token-fields.ts';

const NO_SUCH_ID = '4242424242';
/** Names of columns, inherited properties, and what a broken counter gives. */
const NO_IDS = ['id', 'user_name', '__proto__', 'constructor', 'toString', '0', 'NaN', 'null'];

/** Alice has authorized, and her token is in the store. */
async function withAlice(stage: Stage) {
  const store = await stage.store();
  return { store, alice: await stage.save(store, person('alice')) };
}

const byUser = (stage: Stage, store: Store, name: string) => stage.find(store, userOf(name));

export const findingChecks: readonly Check[] = [
  check(
    'finding/by-user',
    'lost',
    'A user who has authorized is not found, or not with all that was saved',
    { defects: [38] },
    async (stage) => {
      const { store, alice } = await withAlice(stage);
      demandFields(await byUser(stage, store, 'alice'), alice, "alice's token");
    },
  ),
  check(
    'finding/by-id',
    'lost',
    'A token is not found by its id, or not with all that was saved',
    {},
    async (stage) => {
      const { store, alice } = await withAlice(stage);
      demandFields(await store.findTokenById(alice.id), alice, "alice's token");
    },
  ),
  check(
    'finding/same-object',
    'inconvenient',
    'The token that the application holds never learns its id, and is looked up anew each time',
    { defects: [38] },
    async (stage) => {
      const { store } = await withAlice(stage);
      const asked = stage.token(userOf('alice'));
      const found = await store.findToken(asked);
      demand(isFound(found), "alice's token is not found");
      demand(found === asked, 'another object comes back than the one that was passed');
    },
  ),
  check(
    'finding/given-values-stay',
    'wrong',
    'Finding a token overwrites what the application has set on it',
    {},
    async (stage) => {
      const { store } = await withAlice(stage);
      const given = { ...userOf('alice'), redirectUrl: 'https://app.example/new' };
      demandSome(await stage.find(store, given), given, "alice's token");
    },
  ),
  check(
    'finding/nobody',
    'wrong',
    'A user whom nobody authorized seems to be found',
    { defects: [39] },
    async (stage) => {
      const { store } = await withAlice(stage);
      const asked = stage.token(userOf('nobody'));
      const found = await store.findToken(asked);
      demand(!isFound(found), 'a miss is not null');
      demand(Object.keys(fieldsOf(asked)).length === 1, 'a miss fills the token');
    },
  ),
  check(
    'finding/unknown-id',
    'wrong',
    'Asking for a token that is gone ends the process, or the SDK goes on without one',
    { defects: [30, 59] },
    async (stage) => {
      const { store } = await withAlice(stage);
      const settled = await stage.settle(() => store.findTokenById(NO_SUCH_ID));
      demand(
        settled.kind !== 'ended',
        'it never settles, and an error that nobody handles is left',
      );
      demand(settled.kind === 'error', 'it does not reject');
      demand(settled.error instanceof stage.sdk.SDKException, 'it rejects with no SDKException');
    },
  ),
  check(
    'finding/no-ids',
    'mixed up',
    "What is no id at all finds somebody's token",
    { defects: [50] },
    async (stage) => {
      const { store } = await withAlice(stage);
      for (const id of NO_IDS) {
        const settled = await stage.settle(() => store.findTokenById(id));
        const found = settled.kind === 'value' && isFound(settled.value);
        demand(!found, `the id "${id}" finds a token`);
      }
    },
  ),
  check(
    'finding/own-object',
    'mixed up',
    'Changing a token that was found changes what the next one finds',
    { defects: [57] },
    async (stage) => {
      const { store, alice } = await withAlice(stage);
      const one = await store.findTokenById(alice.id);
      demand(isFound(one), "alice's token is not found");
      one.setAccessToken('changed');
      demandSome(await store.findTokenById(alice.id), { accessToken: alice.accessToken }, 'hers');
    },
  ),
  check(
    'finding/class',
    'wrong',
    "A token is found, but is not of the SDK's class: the API is called without one",
    {},
    async (stage) => {
      const { store, alice } = await withAlice(stage);
      const found = await store.findTokenById(alice.id);
      demand(found instanceof stage.sdk.OAuthToken, 'what is found by an id is no OAuthToken');
    },
  ),
  check(
    'finding/promises',
    'wrong',
    'The SDK fails with a TypeError, because a method returns no promise',
    {},
    async (stage) => {
      const { store, alice } = await withAlice(stage);
      const calls: readonly [string, () => unknown][] = [
        ['findToken', () => store.findToken(stage.token(userOf('nobody')))],
        ['findTokenById', () => store.findTokenById(alice.id)],
        ['saveToken', () => store.saveToken(stage.token(person('bob')))],
        ['getTokens', () => store.getTokens()],
        ['deleteToken', () => store.deleteToken(alice.id)],
        ['deleteTokens', () => store.deleteTokens()],
      ];
      for (const [name, call] of calls) {
        const returned = call() as Partial<Promise<unknown>> | null | undefined;
        demand(typeof returned?.catch === 'function', `${name} returns no promise`);
        // What comes of it is another check's question.
        await (returned as Promise<unknown>).catch(() => {});
      }
    },
  ),
  check(
    'finding/nameless',
    'wrong',
    'A token whose user is not known ends the process when it is found',
    { defects: [17] },
    async (stage) => {
      const store = await stage.store();
      const { userName: _, ...nameless } = person('alice');
      const { id } = await stage.save(store, nameless);
      const found = await store.findTokenById(id);
      demand(isFound(found), 'a token without a user is not found');
      demand(fieldsOf(found).userName === undefined, 'a token without a user comes back with one');
    },
  ),
  check(
    'finding/without-client',
    'wrong',
    'An access token that was saved without a client is not found again',
    { defects: [45] },
    async (stage) => {
      const store = await stage.store();
      await stage.save(store, { accessToken: 'access-alone' });
      const token = stage.token({ accessToken: 'access-alone' });
      demand(isFound(await store.findToken(token)), 'it is not found');
      // The token as it was filled, in a process that does not know its id.
      token.setId(null);
      demand(isFound(await store.findToken(token)), 'once found, it is not found again');
    },
  ),
  check(
    'finding/expiry',
    'wrong',
    'The time of expiry comes back in another unit or form: a token is refreshed always or never',
    {},
    async (stage) => {
      const store = await stage.store();
      const expiresIn = String(Date.now() + HOUR_MS).replace(/...$/, '976');
      const { id } = await stage.save(store, person('alice', { expiresIn }));
      const found = fieldsOf((await store.findTokenById(id)) ?? stage.token({}));
      demand(found.expiresIn === expiresIn, 'it is not the text of milliseconds that was saved');
    },
  ),
  check(
    'finding/no-expiry',
    'wrong',
    'A token that was saved without a time of expiry comes back with one',
    {},
    async (stage) => {
      const store = await stage.store();
      const { expiresIn: _, ...eternal } = person('alice');
      const { id } = await stage.save(store, eternal);
      const found = await store.findTokenById(id);
      demand(isFound(found), 'it is not found');
      demand(fieldsOf(found).expiresIn === undefined, 'it comes back with a time of expiry');
    },
  ),
];
