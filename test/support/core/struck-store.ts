/**
 * A store whose table is lost or was restored to an earlier time, and what must be so again once
 * it has been recovered: all that was acknowledged is found, what was deleted is not.
 */

import type { TokenJson } from '../../../lib/contract.ts';
import type { RefreshVerdict } from '../../../lib/provider/token-provider.ts';
import { Recovery, type RecoveryOptions } from '../../../lib/recovery/recovery.ts';
import type { RecoveryMode, RecoveryReport } from '../../../lib/recovery/recovery-report.ts';
import { Secret } from '../../../lib/secret.ts';
import { DAY_MS, HOUR_MS, HousekeptStore } from './housekept-store.ts';
import { tokenOf } from './tokens.ts';
import { START_MS } from './virtual-clock.ts';

/** Nothing that a test waits for expires. */
const FAR_MS = START_MS + 365 * DAY_MS;

export class StruckStore extends HousekeptStore {
  /** Tokens whose deletion was acknowledged. */
  readonly deleted: string[] = [];

  /** A user's token that is about to expire: the next use refreshes it. */
  async saveExpiring(user: string): Promise<string> {
    const token = tokenOf(user, { expiresAt: this.clock.nowMs() + 1_000 });
    const { id } = await this.container().save(token);
    this.acknowledged.set(id, token);
    return id;
  }

  /** Changes a token as its application does, under its id. */
  async change(id: string, fields: TokenJson): Promise<void> {
    await this.container().save({ id, ...fields });
    this.acknowledged.set(id, { ...this.acknowledged.get(id), ...fields });
  }

  /** Somebody uses a token, and the provider mints, and rotates. */
  async refresh(id: string, name: string): Promise<void> {
    this.scripted.answers(rotated(name));
    await this.container().accessToken({ id });
    const fields = { accessToken: `${name}-access`, refreshToken: `${name}-refresh` };
    const token = { ...this.acknowledged.get(id), ...fields, expiresAt: FAR_MS };
    this.acknowledged.set(id, token);
  }

  async remove(id: string): Promise<void> {
    await this.container().delete(id);
    this.acknowledged.delete(id);
    this.deleted.push(id);
  }

  recovery(options: Partial<RecoveryOptions> = {}): Recovery {
    return new Recovery({
      index: this.index.port,
      vault: this.vault.port,
      clock: this.clock,
      random: () => 0.5,
      tokensPerSecond: 1_000,
      ...options,
    });
  }

  recover(
    mode: RecoveryMode = 'repair',
    options: Partial<RecoveryOptions> = {},
  ): Promise<RecoveryReport> {
    return this.recovery(options).run({ mode });
  }

  /** What is not as it was acknowledged: tokens that are lost, and deleted ones that are back. */
  async wrong(): Promise<string[]> {
    const back: string[] = [];
    for (const id of this.deleted) {
      const found = this.container().findById(id);
      // One that is found and cannot be read is back too: it waits for its secret.
      if ((await found.catch(() => 'unreadable')) !== null) back.push(`${id} is back`);
    }
    return [...(await this.damaged()), ...back];
  }

  /** What a recovery comes to, but for the times: the same, however often it died on the way. */
  async outcome() {
    const { generation, rows, keyRows } = await this.everything();
    const named = rows.map(({ id, state, revision, versionId, secretArn, keys, ...row }) => {
      return { id, state, revision, versionId, secretArn, keys, by: row.supersededBy };
    });
    return { generation, keyRows, rows: named.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  }
}

function rotated(name: string): RefreshVerdict {
  return {
    verdict: 'refreshed',
    accessToken: new Secret(`${name}-access`),
    refreshToken: new Secret(`${name}-refresh`),
    expiresAtMs: FAR_MS,
  };
}

export interface Disaster {
  readonly what: string;
  /** Everything that happens, to the moment at which the index is as it should not be. */
  readonly strike: (store: StruckStore) => Promise<unknown>;
  /** What a recovery says, but for what is level. */
  readonly finds: Partial<RecoveryReport['counts']>;
  /** Where a report says something else: it does not see what its own repairs would come to. */
  readonly tells?: Partial<RecoveryReport['counts']>;
}

/** Saves, refreshes, deletions, a new user, a takeover. @returns what the table was before them. */
async function aDay(store: StruckStore) {
  const ann = await store.saveExpiring('ann');
  const bob = await store.save('bob');
  const cid = await store.save('cid');
  await store.save('dora');
  const nameless = await store.container().save({
    ...{ clientId: 'C', clientSecret: 'C-secret', refreshToken: 'n-refresh' },
    ...{ accessToken: 'n-access', expiresAt: FAR_MS },
  });
  store.clock.advance(HOUR_MS);
  const copy = store.memoryIndex.snapshot();
  await store.refresh(ann, 'ann-2');
  const login = { refreshToken: 'bob-new', accessToken: 'bob-new-access', expiresAt: FAR_MS };
  await store.change(bob, login);
  await store.change(bob, { redirectUrl: 'https://app.example' });
  await store.remove(cid);
  await store.save('cid', { refreshToken: 'cid-new', accessToken: 'cid-new-access' });
  await store.save('eve');
  await store.remove(await store.save('fay'));
  // Dora logs in with what had no name yet: her old id leads there from now on.
  await store.container().save({ id: nameless.id, userName: 'dora' });
  for (const [id, { userName }] of store.acknowledged) {
    if (userName === 'dora') store.acknowledged.delete(id);
  }
  store.acknowledged.set(nameless.id, {
    ...{ userName: 'dora', clientId: 'C', clientSecret: 'C-secret' },
    ...{ refreshToken: 'n-refresh', accessToken: 'n-access', expiresAt: FAR_MS },
  });
  store.clock.advance(HOUR_MS);
  return copy;
}

export const DISASTERS: readonly Disaster[] = [
  {
    what: 'a table that was restored to an earlier time',
    strike: async (store) => store.memoryIndex.restore(await aDay(store)),
    finds: { 'brought-forward': 3, adopted: 2, deleted: 1, tombstone: 1 },
    // The takeover of Dora's user ends her old token before it is looked at.
    tells: { 'brought-forward': 3, adopted: 2, deleted: 2, tombstone: 1 },
  },
  {
    what: 'a table that is lost whole',
    strike: async (store) => {
      await aDay(store);
      store.memoryIndex.restore();
    },
    finds: { adopted: 5, tombstone: 3 },
  },
  {
    what: 'a table that lost some rows',
    strike: async (store) => {
      await aDay(store);
      for (const id of store.acknowledged.keys()) store.memoryIndex.removeRow(id);
    },
    finds: { adopted: 5 },
  },
];

export const disasters = DISASTERS.map((disaster) => [disaster.what, disaster] as const);
