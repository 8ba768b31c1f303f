/** The ways in which a store is damaged in these tests, each with what the housekeeper finds. */
import { LatchkeyError } from '../../../../lib/errors.ts';
import type { FindingKind } from '../../../../lib/housekeeping/housekeeping-report.ts';
import {
  DAY_MS,
  HOUR_MS,
  type HousekeptStore,
  type storeOfSomeDays,
} from '../../../support/core/housekept-store.ts';
import { RECOVERY_WINDOW_MS } from '../../../support/core/memory-store.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

type Tokens = Omit<Awaited<ReturnType<typeof storeOfSomeDays>>, 'store'>;

export interface Damage {
  readonly what: string;
  readonly finds: { readonly [kind in FindingKind]?: number };
  /** Takes off `acknowledged` what is then no longer to be found. */
  readonly damage: (store: HousekeptStore, tokens: Tokens) => Promise<unknown>;
  /** What a repair leaves of it: a person must decide. */
  readonly leaves?: readonly FindingKind[];
}

const CRASH = new Error('crash');
/** What ends a housekeeper. Anything else it counts, and goes on. */
export const OUTAGE = new LatchkeyError('STORE_UNAVAILABLE', 'outage');
const crashed = (work: Promise<unknown>) => work.then(() => undefined).catch(() => undefined);

/** Deletes a token, and dies before its secret is let go. */
async function halfDeleted(store: HousekeptStore, id: string) {
  store.vault.fail('scheduleDeletion', CRASH);
  await crashed(store.container().delete(id));
  store.acknowledged.delete(id);
  store.clock.advance(HOUR_MS);
}

/** A save that revives the token's lost secret dies before its commit. */
async function halfRevived(store: HousekeptStore, id: string) {
  await store.purgeSecret(await store.deleteSecretByHand(id));
  store.index.fail('commit', CRASH);
  await crashed(store.container().save({ id, accessToken: 'never' }));
  store.acknowledged.delete(id);
  store.clock.advance(HOUR_MS);
}

/** Ann's token without a client takes over the user of her other token. */
async function superseded(store: HousekeptStore) {
  const fields = { clientId: 'C', clientSecret: 'C-secret', refreshToken: 'new', accessToken: 'A' };
  const { id } = await store.container().save(fields);
  await store
    .container()
    .save({ id, userName: 'ann', expiresAt: store.clock.nowMs() + 9 * DAY_MS });
}

export const DAMAGES: readonly Damage[] = [
  {
    what: 'a token from before there was a scheduled refresh',
    finds: { 'unscheduled-token': 1 },
    damage: async (store, { ann }) => {
      const row = await store.rowOf(ann);
      const deadline = store.deadline();
      await store.due.port.settle({ row, dueAtMs: undefined }, deadline);
    },
  },
  {
    what: 'a logout of everybody',
    finds: { 'logged-out-token': 3 },
    damage: async (store) => {
      await store.container().deleteAll();
      store.acknowledged.clear();
      await store.save('ann', { accessToken: 'since' });
    },
  },
  {
    what: 'a logout that met a save',
    finds: { 'logged-out-token': 4 },
    damage: async (store) => {
      const commit = store.index.hold('commit');
      const saving = store.container().save(tokenOf('dora'));
      await commit.reached;
      await store.container().deleteAll();
      commit.release();
      await saving;
      store.acknowledged.clear();
    },
  },
  {
    what: 'a deletion that died before the secret',
    finds: { 'undeleted-secret': 1 },
    damage: (store, { bob }) => halfDeleted(store, bob),
  },
  {
    what: 'a takeover that died before the secret',
    finds: { 'undeleted-secret': 1 },
    damage: async (store, { ann }) => {
      store.vault.fail('scheduleDeletion', CRASH);
      await crashed(superseded(store));
      store.acknowledged.delete(ann);
      store.clock.advance(HOUR_MS);
    },
  },
  {
    what: 'a purge of a logout that died before the secret',
    finds: { 'undeleted-secret': 1, 'logged-out-token': 2 },
    damage: async (store) => {
      await store.container().deleteAll();
      store.acknowledged.clear();
      store.vault.fail('scheduleDeletion', OUTAGE);
      await crashed(store.housekeep('repair'));
      store.clock.advance(HOUR_MS);
    },
  },
  {
    what: 'a restore that died before the row',
    finds: { 'undeleted-secret': 1 },
    damage: async (store, { ann }) => {
      await store.container().delete(ann);
      store.acknowledged.delete(ann);
      store.clock.advance(HOUR_MS);
      store.index.fail('commit', CRASH);
      await crashed(store.container().restore({ id: ann }));
    },
  },
  {
    what: 'a first save that died before the row a week ago',
    finds: { 'orphan-secret': 1 },
    damage: async (store) => {
      store.index.fail('commit', CRASH);
      await crashed(store.container().save(tokenOf('dora')));
      store.clock.advance(7 * DAY_MS);
    },
  },
  {
    what: 'a first save that died before the row lately',
    finds: { 'orphan-secret': 1 },
    leaves: ['orphan-secret'],
    damage: async (store) => {
      store.index.fail('commit', CRASH);
      await crashed(store.container().save(tokenOf('dora')));
      store.clock.advance(HOUR_MS);
    },
  },
  {
    what: 'a secret whose tombstone has expired',
    finds: { 'orphan-secret': 1 },
    damage: async (store, { bob }) => {
      await halfDeleted(store, bob);
      store.clock.advance(RECOVERY_WINDOW_MS);
      await store.removeRow(bob);
    },
  },
  {
    what: 'a revival that died, of a token that was deleted since',
    finds: { 'orphan-secret': 1 },
    damage: async (store, { bob }) => {
      await halfRevived(store, bob);
      await store.container().delete(bob);
    },
  },
  {
    what: 'a revival that died',
    finds: { 'namesake-secret': 1 },
    leaves: ['namesake-secret'],
    damage: async (store, { bob }) => {
      await halfRevived(store, bob);
      // Known to have lost its secret already: that is another finding.
      await store.housekeep('repair');
    },
  },
  {
    what: 'a secret deleted by hand',
    finds: { 'secret-in-deletion': 1 },
    damage: (store, { cid }) => store.deleteSecretByHand(cid),
  },
  {
    what: 'a secret gone for good',
    finds: { 'dangling-row': 1 },
    damage: async (store, { cid }) => {
      await store.purgeSecret(await store.deleteSecretByHand(cid));
      store.acknowledged.delete(cid);
    },
  },
  {
    what: 'a key of a token that never was',
    finds: { 'stray-key': 2 },
    damage: async (store, { ann }) => {
      const key = await store.keyOf(ann, 'user');
      const never = { id: 'f'.repeat(32), clientId: 'D' };
      await store.setEntries(key, [never, ...(await store.entriesOf(key))]);
      await store.setEntries('access#never', [never]);
    },
  },
  {
    what: 'a key of a token that does not have it',
    finds: { 'stray-key': 1 },
    damage: (store, { ann }) => store.setEntries('refresh#other', [{ id: ann, clientId: 'C' }]),
  },
  {
    what: 'a key of a deleted token',
    finds: { 'stray-key': 1 },
    damage: async (store, { ann }) => {
      const key = await store.keyOf(ann, 'access');
      const entries = await store.entriesOf(key);
      await store.container().delete(ann);
      store.acknowledged.delete(ann);
      await store.setEntries(key, entries);
    },
  },
  {
    what: 'keys that lead nowhere',
    finds: { 'missing-key': 2 },
    damage: async (store, { ann, bob }) => {
      await store.setEntries(await store.keyOf(ann, 'user'), []);
      await store.setEntries(await store.keyOf(bob, 'refresh'), []);
    },
  },
  {
    what: 'a refresh token that two users share, and that leads to one of them',
    finds: { 'missing-key': 1 },
    damage: async (store) => {
      const fields = { userName: 'dora', clientId: 'D', refreshToken: 'shared' };
      const shared = { ...fields, expiresAt: store.clock.nowMs() + 9 * DAY_MS };
      const { id } = await store.container().save({ ...shared, accessToken: 'of dora' });
      await store.container().save({ ...shared, userName: 'emma', accessToken: 'of emma' });
      const key = await store.keyOf(id, 'refresh');
      const others = (await store.entriesOf(key)).filter((entry) => entry.id !== id);
      if (others.length !== 1) throw new Error('They do not share it.');
      await store.setEntries(key, others);
    },
  },
  {
    what: "a key that leads to the user's other token only",
    finds: { 'missing-key': 1 },
    damage: async (store, { ann }) => {
      const other = await store.save('ann', { clientId: 'D', refreshToken: 'R', accessToken: 'A' });
      const key = await store.keyOf(ann, 'user');
      await store.setEntries(key, [{ id: other, clientId: 'D' }]);
    },
  },
  {
    what: 'a key that leads to a newer token of the same user and client',
    finds: { 'conflicting-key': 1 },
    leaves: ['conflicting-key'],
    damage: async (store, { ann }) => {
      await store.setEntries(await store.keyOf(ann, 'user'), []);
      await store.save('ann', { refreshToken: 'R', accessToken: 'A' });
      store.acknowledged.delete(ann);
    },
  },
  {
    what: 'a table that lost three rows, of tokens that were saved once',
    finds: { 'orphan-secret': 3, 'stray-key': 9 },
    leaves: ['orphan-secret'],
    damage: async (store, tokens) => {
      for (const id of Object.values(tokens)) await store.removeRow(id);
      store.acknowledged.clear();
      await store.save('dora');
    },
  },
  {
    what: 'a table that lost the row of a token that was changed',
    finds: { 'lost-row': 1, 'stray-key': 3 },
    leaves: ['lost-row'],
    damage: async (store, { ann }) => {
      await store.container().save({ id: ann, redirectUrl: 'https://app.example' });
      store.acknowledged.delete(ann);
      await store.removeRow(ann);
    },
  },
  {
    what: 'a table that was restored to before two changes',
    finds: { 'behind-row': 1 },
    leaves: ['behind-row'],
    damage: async (store, { ann }) => {
      const restoreTable = await store.backUpTable();
      await store.container().save({ id: ann, redirectUrl: 'https://app.example' });
      await store.container().save({ id: ann, redirectUrl: 'https://other.example' });
      await restoreTable();
    },
  },
];

/** The damages by name, for `test.each`. */
export const damages = (which: (damage: Damage) => boolean = () => true) =>
  DAMAGES.filter(which).map((damage) => [damage.what, damage] as const);
