/** One store's tokens at another: the same ids, nothing lost on either side, again and again. */
import { TokenRelocation } from '../../../../lib/relocation/token-relocation.ts';
import { HOUR_MS } from '../../../support/core/housekept-store.ts';
import { StruckStore } from '../../../support/core/struck-store.ts';

let source: StruckStore;
let target: StruckStore;
beforeEach(() => {
  source = new StruckStore();
  target = new StruckStore();
});

/** What becomes of every token that the source's index knows, alive or not. */
async function copy(write = true): Promise<Record<string, number>> {
  const relocation = new TokenRelocation({
    source: source.memoryVault,
    target: target.vault.port,
    write,
  });
  const counts: Record<string, number> = {};
  const { rows, generation } = await source.everything();
  for (const row of rows) {
    const outcome = await relocation.relocate(row, generation, source.deadline());
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** The target takes over: what was acknowledged at the source is to be found there. */
async function takeOver(): Promise<string[]> {
  target.clock.advance(HOUR_MS);
  await target.recover();
  target.acknowledged.clear();
  for (const [id, token] of source.acknowledged) target.acknowledged.set(id, token);
  target.deleted.splice(0, Number.POSITIVE_INFINITY, ...source.deleted);
  return target.wrong();
}

test('tokens are found at the target under their ids, and a second time nothing is written', async () => {
  await source.save('ann');
  await source.refresh(await source.saveExpiring('bob'), 'bob-2');
  expect(await copy()).toEqual({ created: 2 });
  expect(await takeOver()).toEqual([]);
  const before = target.memoryVault.secrets();
  expect(await copy()).toEqual({ same: 2 });
  expect(target.memoryVault.secrets()).toEqual(before);
});

test('a dry run writes nothing', async () => {
  await source.save('ann');
  expect(await copy(false)).toEqual({ created: 1 });
  expect(target.memoryVault.secrets().size).toBe(0);
});

test('what changed, came and went between two copies is as at the source', async () => {
  const ann = await source.save('ann');
  const bob = await source.save('bob');
  const cid = await source.save('cid');
  await copy();
  await source.change(ann, { redirectUrl: 'https://app.example' });
  await source.remove(bob);
  await source.save('dora');
  await source.container().deleteAll();
  source.deleted.push(ann, cid);
  source.acknowledged.clear();
  await source.save('eve');
  expect(await copy()).toMatchObject({ created: 1, deleted: 3 });
  expect(await takeOver()).toEqual([]);
});

test('a version that nobody has committed stays behind', async () => {
  const id = await source.save('ann');
  source.index.fail('commit', new Error('crash'));
  await source
    .container()
    .save({ id, accessToken: 'never' })
    .catch(() => undefined);
  await copy();
  expect(await takeOver()).toEqual([]);
});

describe('a token that is in use at the target', () => {
  let id: string;
  beforeEach(async () => {
    id = await source.save('ann');
    await copy();
    expect(await takeOver()).toEqual([]);
    await target.change(id, { redirectUrl: 'https://target.example' });
  });

  test('is not overwritten by what the source has', async () => {
    await source.change(id, { redirectUrl: 'https://source.example' });
    expect(await copy()).toEqual({ ahead: 1 });
    expect(await target.wrong()).toEqual([]);
  });

  test('is not deleted because the source has', async () => {
    await source.remove(id);
    expect(await copy()).toEqual({ ahead: 1 });
    expect(await target.wrong()).toEqual([]);
  });

  test('and was deleted there stays so', async () => {
    await target.remove(id);
    expect(await copy()).toEqual({ 'in-deletion': 1 });
    expect(await target.wrong()).toEqual([]);
  });
});

test('a secret that cannot be read is refused, and nothing is made of it', async () => {
  const id = await source.save('ann');
  await source.deleteSecretByHand(id);
  await expect(copy()).rejects.toThrow(`The secret of token ${id} cannot be read.`);
  expect(target.memoryVault.secrets().size).toBe(0);
});
