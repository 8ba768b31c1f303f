/** Processes, crashes and races: what was acknowledged is there for everyone from then on. */
import { inspect } from 'node:util';
import { type Check, check } from '../check.ts';
import { nextTurns } from '../crash-watch.ts';
import { demand, demandFields, demandSome, isFound } from '../demand.ts';
import { saveAndBeKilled } from '../in-other-process.ts';
import { inAnHour, person, userOf } from '../people.ts';
import type { Stage } from '../stage.ts';
import type { Store } from '../subject.ts';
import { differingFields, fieldsOf, type TokenFields, withoutId } from '../token-fields.ts';

const USERS = 8;
/** More writes than a save can need: a store that never dies shall not be tried for ever. */
const MAX_WRITES = 50;

const users = () => Array.from({ length: USERS }, (_, index) => person(`user-${index}`));

/** All at once, over as many containers as are given; each must succeed and be found in the first. */
async function saveAtOnce(stage: Stage, stores: readonly [Store, ...Store[]]): Promise<void> {
  const everybody = users();
  const outcomes = await Promise.allSettled(
    everybody.map((fields, index) => stores[index % stores.length]?.saveToken(stage.token(fields))),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected').length;
  demand(refused === 0, `${refused} of ${USERS} are refused`);
  for (const fields of everybody) {
    const found = await stage.find(stores[0], { userName: fields.userName });
    demandSome(found, fields, 'a user who was saved');
  }
}

/** Whatever the store's own promise for this is, without a handler that would make it handled. */
async function untilSettled(promise: unknown): Promise<void> {
  while (inspect(promise, { depth: 0 }).includes('<pending>')) await nextTurns();
  await nextTurns();
}

export const durabilityChecks: readonly Check[] = [
  check(
    'durability/next-process',
    'lost',
    'The next process does not find what was saved',
    {},
    async (stage) => {
      const alice = await stage.save(await stage.store(), person('alice'));
      const next = await stage.open();
      demandFields(await next.findTokenById(alice.id), alice, 'by its id, the token');
      demandFields(await stage.find(next, userOf('alice')), alice, 'by its user, the token');
    },
  ),
  check(
    'durability/killed',
    'lost',
    'A token that was acknowledged is lost where its process is killed right after',
    { needs: ['elsewhere'] },
    async (stage) => {
      const home = await stage.home();
      if (home.elsewhere === undefined) return;
      // Not an empty store: whether that can be opened twice is another check's question.
      await stage.save(await stage.store(), person('alice'));
      const acknowledged = await saveAndBeKilled(home.elsewhere, users());
      const next = await stage.open();
      for (const saved of acknowledged) {
        const found = await stage.find(next, { userName: saved.userName ?? '' });
        demandFields(found, saved, 'a token that was acknowledged');
      }
    },
  ),
  check(
    'durability/empty-reopened',
    'lost',
    'A store with nothing in it cannot be opened a second time',
    { defects: [52] },
    async (stage) => {
      await stage.store();
      const again = await stage.settle(() => stage.open());
      demand(again.kind === 'value', 'opening it is rejected');
      const alice = await stage.save(again.value as Store, person('alice'));
      await (again.value as Store).deleteToken(alice.id);
      const emptied = await stage.settle(() => stage.open());
      demand(emptied.kind === 'value', 'opening it after its last token was deleted is rejected');
    },
  ),
  check(
    'durability/seen-by-others',
    'wrong',
    'What one container saves or deletes, another does not see',
    {},
    async (stage) => {
      const one = await stage.store();
      const alice = await stage.save(one, person('alice'));
      const other = await stage.open();
      demandFields(await other.findTokenById(alice.id), alice, 'the token');
      await one.saveToken(stage.token({ ...alice, accessToken: 'access-2' }));
      demandSome(await other.findTokenById(alice.id), { accessToken: 'access-2' }, 'the update');
      await one.deleteToken(alice.id);
      const gone = await stage.settle(() => other.findTokenById(alice.id));
      demand(gone.kind !== 'value' || !isFound(gone.value), 'a deleted token is still handed out');
    },
  ),
  check(
    'durability/first-saves-at-once',
    'lost',
    'Of users who log in at once some are not saved',
    { defects: [33, 43] },
    async (stage) => saveAtOnce(stage, [await stage.store()]),
  ),
  check(
    'durability/first-saves-of-many-containers',
    'lost',
    'Of users who log in at once in several containers some are not saved',
    { defects: [33, 43] },
    async (stage) => {
      const first = await stage.store();
      // Not into an empty store: whether that can be opened twice is another check's question.
      await stage.save(first, person('alice'));
      await saveAtOnce(stage, [first, await stage.open(), await stage.open(), await stage.open()]);
    },
  ),
  check(
    'durability/updates-at-once',
    'lost',
    'Of tokens that are refreshed at once some keep their old access token',
    { defects: [43] },
    async (stage) => {
      const store = await stage.store();
      const saved = [];
      for (const fields of users()) saved.push(await stage.save(store, fields));
      const updated = saved.map((fields) => ({
        ...fields,
        accessToken: `${fields.accessToken}-2`,
      }));
      await Promise.all(updated.map((fields) => store.saveToken(stage.token(fields))));
      for (const fields of updated) {
        demandFields(await store.findTokenById(fields.id), fields, "a user's token");
      }
    },
  ),
  check(
    'durability/two-changes-at-once',
    'lost',
    'Of two changes of one token at once one is lost',
    { defects: [43] },
    async (stage) => {
      const store = await stage.store();
      const { id, userName, clientId, ...alice } = await stage.save(store, person('alice'));
      const change = (more: TokenFields) =>
        store.saveToken(stage.token({ id, userName, clientId, ...more }));
      const fresh = { accessToken: 'access-2', expiresIn: inAnHour() };
      const moved = { redirectUrl: 'https://app.example/new' };
      await Promise.all([change(fresh), change(moved)]);
      const expected = { id, userName, clientId, ...alice, ...fresh, ...moved };
      demandFields(await store.findTokenById(id), expected, 'the token');
    },
  ),
  check(
    'durability/one-user-twice-at-once',
    'wrong',
    'A user who logs in twice at once is refused once, or has two tokens',
    { defects: [33] },
    async (stage) => {
      const store = await stage.store();
      const logins = [1, 2].map(() => store.saveToken(stage.token(person('alice'))));
      const outcomes = await Promise.allSettled(logins);
      demand(
        outcomes.every(({ status }) => status === 'fulfilled'),
        'one is refused',
      );
      demand((await stage.list(store)).length === 1, 'there are two tokens, or none');
    },
  ),
  check(
    'durability/dies-while-saving',
    'lost',
    'A save that breaks off takes the old token, or all tokens, with it',
    { defects: [46], needs: ['openDying'] },
    async (stage) => {
      for (let write = 1; write <= MAX_WRITES; write += 1) {
        if (!(await diesAt(stage, write))) return;
      }
    },
  ),
  check(
    'durability/unreachable',
    'inconvenient',
    "A store that cannot be reached rejects with a driver's error, not the SDK's",
    { defects: [35], needs: ['openUnreachable'] },
    async (stage) => {
      const store = await (await stage.home()).openUnreachable?.();
      if (store === undefined) return;
      const calls: readonly [string, () => unknown][] = [
        ['findToken', () => store.findToken(stage.token(userOf('alice')))],
        ['findTokenById', () => store.findTokenById('1')],
        ['saveToken', () => store.saveToken(stage.token(person('alice')))],
        ['deleteToken', () => store.deleteToken('1')],
        ['getTokens', () => store.getTokens()],
        ['deleteTokens', () => store.deleteTokens()],
      ];
      for (const [name, call] of calls) {
        const settled = await stage.settle(call);
        demand(settled.kind !== 'value', `${name} seems to succeed`);
        const { error } = settled;
        demand(error instanceof stage.sdk.SDKException, `${name} rejects with no SDKException`);
      }
    },
  ),
  check(
    'durability/unreachable-revoke',
    'wrong',
    'A store that cannot be reached ends the process where revoke() is called',
    { defects: [1], needs: ['openUnreachable'] },
    async (stage) => {
      const home = await stage.home();
      const reachable = await home.open();
      const alice = await stage.save(reachable, { ...person('alice'), apiDomain: stage.zoho.base });
      const unreachable = await home.openUnreachable?.();
      if (unreachable === undefined) return;
      let asked: unknown;
      let current = reachable;
      const store: Store = {
        findToken: (token) => {
          const found = current.findToken(token);
          asked = found;
          return found;
        },
        findTokenById: (id) => current.findTokenById(id),
        saveToken: (token) => current.saveToken(token),
        deleteToken: (id) => current.deleteToken(id),
        getTokens: () => current.getTokens(),
        deleteTokens: () => current.deleteTokens(),
      };
      const token = await stage.initialize(store, stage.token({ id: alice.id }));
      current = unreachable;
      // The SDK does not await what it asks the store here.
      await token.revoke(alice.id);
      await untilSettled(asked);
    },
  ),
];

/** Whether the container has died at that write. What it leaves must be the old token or the new. */
async function diesAt(stage: Stage, write: number): Promise<boolean> {
  const home = await stage.newHome();
  const store = await home.open();
  const alice = await stage.save(store, person('alice'));
  const bob = await stage.save(store, person('bob'));
  const dying = await home.openDying?.(write);
  if (dying === undefined) return false;
  const update = { ...alice, accessToken: 'access-2', redirectUrl: 'https://app.example/new' };
  await stage.settle(() => dying.store.saveToken(stage.token(update)));
  if (!dying.died()) return false;
  const next = await home.open();
  const after = await stage.settle(() => stage.list(next));
  demand(after.kind === 'value', `a death at write ${write} leaves a store that cannot be read`);
  const left = after.value as TokenFields[];
  demand(left.length === 2, `a death at write ${write} leaves ${left.length} tokens of 2`);
  const found = await stage.find(next, userOf('alice'));
  demand(isFound(found), `after a death at write ${write} alice is not found`);
  const fields = withoutId(fieldsOf(found));
  const isWhole = [alice, update].some(
    (one) => differingFields(fields, withoutId(one)).length === 0,
  );
  demand(isWhole, `a death at write ${write} leaves half a token`);
  demandFields(await next.findTokenById(bob.id), bob, "another user's token");
  return true;
}
