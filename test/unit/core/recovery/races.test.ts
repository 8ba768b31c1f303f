/** Applications that go on while a store is recovered: nothing that is acknowledged to them is lost. */
import type { Clock } from '../../../../lib/clock.ts';
import type { RecoveryReport } from '../../../../lib/recovery/recovery-report.ts';
import { DAY_MS, HOUR_MS } from '../../../support/core/housekept-store.ts';
import { type Disaster, disasters, StruckStore } from '../../../support/core/struck-store.ts';
import { tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

const PORTS = ['index', 'vault'] as const;
const METHODS = {
  index: ['read', 'page', 'commit'],
  vault: ['list', 'readCurrent', 'describe'],
} as const;

const FAR_MS = START_MS + 365 * DAY_MS;

/** A user who logs in anew, whole, as the SDK saves it; of no other token of theirs is heard again. */
async function logIn(store: StruckStore, user: string): Promise<void> {
  const token = tokenOf(user, {
    ...{ refreshToken: `${user}-again`, accessToken: `${user}-again-access`, expiresAt: FAR_MS },
    redirectUrl: 'https://app.example',
  });
  const { id } = await store.container().save(token);
  for (const [other, { userName }] of store.acknowledged) {
    if (userName === user) store.acknowledged.delete(other);
  }
  store.acknowledged.set(id, token);
}

async function deleteIfThere(store: StruckStore, user: string): Promise<void> {
  for (const [id, { userName }] of [...store.acknowledged]) {
    if (userName !== user) continue;
    if ((await store.container().delete(id)).deleted) {
      store.acknowledged.delete(id);
      store.deleted.push(id);
    }
  }
}

const MEANWHILE: readonly (readonly [string, (store: StruckStore) => Promise<unknown>])[] = [
  ['a user logs in anew', (store) => logIn(store, 'ann')],
  ['a user with two changes logs in anew', (store) => logIn(store, 'bob')],
  ['a user who was taken over logs in anew', (store) => logIn(store, 'dora')],
  ['a user comes', (store) => store.save('gus')],
  ['a user goes', (store) => deleteIfThere(store, 'bob')],
  ['a user who came lately goes', (store) => deleteIfThere(store, 'eve')],
];

async function struck({ strike }: Disaster): Promise<StruckStore> {
  const store = new StruckStore();
  await strike(store);
  return store;
}

/** The clock of an operator's machine: nothing that it sees is young enough to be left alone. */
function anHourFast({ clock }: StruckStore): Clock {
  return {
    nowMs: () => clock.nowMs() + HOUR_MS,
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}

describe.each(disasters)('%s', (_what, disaster) => {
  test.each(MEANWHILE)('%s at any of its calls', async (_who, act) => {
    for (const port of PORTS) {
      for (const method of METHODS[port]) {
        for (let nth = 0; ; nth += 1) {
          const store = await struck(disaster);
          let acted = false;
          const meanwhile = async () => {
            acted = true;
            await act(store);
          };
          if (port === 'index') store.index.at(method as 'read', meanwhile, { skip: nth });
          else store.vault.at(method as 'list', meanwhile, { skip: nth });
          const report = await store.recover('repair', { clock: anHourFast(store) });
          if (!acted) break;
          expect({ method, nth, failed: report.failed }).toEqual({ method, nth, failed: 0 });
          store.clock.advance(HOUR_MS);
          await store.recover();
          expect({ method, nth, wrong: await store.wrong() }).toEqual({ method, nth, wrong: [] });
        }
      }
    }
  });
});

test('a first save that is under way is left to its writer', async () => {
  const store = new StruckStore();
  const commit = store.index.hold('commit');
  const saving = store.save('ann');
  await commit.reached;
  const report: RecoveryReport = await store.recover();
  expect(report.counts).toMatchObject({ 'under-way': 1, adopted: 0 });
  commit.release();
  await saving;
  expect(await store.wrong()).toEqual([]);
  expect((await store.recover()).counts).toMatchObject({ level: 1 });
});

test('a refresh that is under way stands, and so does what is recovered', async () => {
  for (const skip of [0, 1]) {
    const store = new StruckStore();
    const id = await store.saveExpiring('ann');
    store.clock.advance(HOUR_MS);
    const commit = store.index.hold('commit', { skip });
    const refreshing = store.refresh(id, 'ann-2');
    if (skip === 0) await commit.reached;
    await store.recover();
    commit.release();
    await refreshing;
    await store.recover();
    expect(await store.wrong()).toEqual([]);
  }
});
