/** A secret that holds another user's token, however it came there, is handed to nobody. */
import type { SecretContent } from '../../../lib/vault/token-vault.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { MemoryStore } from '../../support/core/memory-store.ts';
import { tokenOf } from '../../support/core/tokens.ts';

let store: MemoryStore;
let ann: string;
let bob: string;
let ofBob: SecretContent;
beforeEach(async () => {
  store = new MemoryStore();
  const container = store.container();
  ({ id: ann } = await container.save(tokenOf('ann')));
  ({ id: bob } = await container.save(tokenOf('bob')));
  const row = await store.row(bob);
  if (row === undefined) throw new Error('bob is not stored');
  const content = await store.memoryVault.read(row, ampleDeadline(store.clock));
  if (content === undefined) throw new Error('bob has no secret');
  ofBob = content;
});

const refusal = () => expect.stringContaining(`belongs to token ${bob}`);

test('in the version that her row pins', async () => {
  store.vault.around('read', async () => ofBob);
  await expect(store.container().findById(ann)).rejects.toMatchObject({ message: refusal() });
});

test('in what is current, where the version that her row pins is gone', async () => {
  const { versionId = '', secretArn = '' } = (await store.row(ann)) ?? {};
  const current = { version: { secretArn, versionId }, content: ofBob, createdAtMs: 0 };
  for (let attempt = 0; attempt < 8; attempt += 1)
    store.vault.around('read', async () => undefined);
  store.vault.around('readCurrent', async () => current);
  await expect(store.container().findById(ann)).rejects.toMatchObject({ message: refusal() });
});

test('in a listing, which reads her own instead', async () => {
  store.vault.around('readMany', async (run) => {
    const contents = (await run()) as ReadonlyMap<string, SecretContent>;
    return new Map([...contents].map(([secretArn]) => [secretArn, ofBob]));
  });
  const { tokens } = await store.container().list();
  expect(tokens.find(({ id }) => id === ann)).toMatchObject({ accessToken: 'ann-access' });
});
