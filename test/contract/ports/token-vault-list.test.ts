/**
 * What the housekeeper relies on in a TokenVault, beside what the operations do: the list of the
 * store's secrets, and a look at one of them.
 */
import { systemClock } from '../../../lib/clock.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import type { ListedSecret, TokenVault } from '../../../lib/vault/token-vault.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { newTokenId, type PortSide, VAULT_SIDES } from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';

describe.each(VAULT_SIDES)('%s', (_name, start) => {
  let side: PortSide<TokenVault>;
  let vault: TokenVault;
  let deadline: Deadline;
  beforeEach(async () => {
    side = await start();
    vault = side.port;
    deadline = ampleDeadline(systemClock);
  });
  afterEach(() => side?.close());

  async function created(id = newTokenId()) {
    const content = { id, revision: 1, token: tokenFromJson({ accessToken: 'A' }) };
    return { id, ...(await vault.create(content, {}, deadline)) };
  }

  async function listed(limit?: number): Promise<ListedSecret[]> {
    const secrets: ListedSecret[] = [];
    let cursor: string | undefined;
    do {
      const page = await vault.list(
        { ...(limit && { limit }), ...(cursor && { cursor }) },
        deadline,
      );
      expect(page.secrets.length).toBeLessThanOrEqual(limit ?? 100);
      secrets.push(...page.secrets);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return secrets;
  }

  describe('list', () => {
    test('of an empty store is empty', async () => {
      expect(await vault.list({}, deadline)).toEqual({ secrets: [] });
    });

    test('shows a secret with its id, its age and its fate', async () => {
      const earliestMs = Date.now() - 2_000;
      const kept = await created();
      const deleted = await created();
      await vault.scheduleDeletion(deleted.secretArn, deadline);
      const secrets = await listed();
      expect(secrets).toHaveLength(2);
      expect(secrets.find(({ id }) => id === kept.id)).toMatchObject({
        secretArn: kept.secretArn,
        inDeletion: false,
      });
      expect(secrets.find(({ id }) => id === deleted.id)).toMatchObject({
        secretArn: deleted.secretArn,
        inDeletion: true,
      });
      for (const { createdAtMs } of secrets) {
        expect(createdAtMs).toBeGreaterThan(earliestMs);
        expect(createdAtMs).toBeLessThan(Date.now() + 2_000);
      }
    });

    test('shows one that was taken back as any other', async () => {
      const { secretArn } = await created();
      await vault.scheduleDeletion(secretArn, deadline);
      await vault.cancelDeletion(secretArn, deadline);
      expect(await listed()).toMatchObject([{ secretArn, inDeletion: false }]);
    });

    test.each([2, 7, undefined])('in pages of %p holds every secret once', async (limit) => {
      const ids = (await race(9, () => created())).map(({ id }) => id);
      expect((await listed(limit)).map(({ id }) => id).sort()).toEqual(ids.sort());
    });

    test.each([
      'readme',
      'A'.repeat(32),
      `${'a'.repeat(32)}b`,
      'a'.repeat(31),
      `x/${'a'.repeat(32)}`,
    ])('leaves out %s, which is no token of the store', async (name) => {
      const { id } = await created();
      await created(name);
      expect((await listed()).map((secret) => secret.id)).toEqual([id]);
    });

    test('refuses a cursor that is none', async () => {
      // moto answers 500.
      if (side.emulator === 'moto') return;
      await created();
      await expect(vault.list({ cursor: 'nonsense' }, deadline)).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
      });
    });
  });

  test('inspect tells what is there from what goes and what never was', async () => {
    const { secretArn } = await created();
    const see = () => vault.inspect(secretArn, deadline);
    expect(await see()).toBe('present');
    await vault.scheduleDeletion(secretArn, deadline);
    expect(await see()).toBe('in-deletion');
    await vault.cancelDeletion(secretArn, deadline);
    expect(await see()).toBe('present');
    const never = `${secretArn.slice(0, -7)}-zzzzzz`;
    expect(await vault.inspect(never, deadline)).toBe('gone');
  });

  describe('describe', () => {
    const look = (secretArn: string) => vault.describe(secretArn, deadline);

    test('tells which version is the newest, and which was before it, of a deleted one too', async () => {
      const { id, secretArn, versionId: first } = await created();
      expect(await look(secretArn)).toMatchObject({ id, secretArn, currentVersionId: first });
      expect(await look(secretArn)).not.toHaveProperty('previousVersionId');
      const content = { id, revision: 2, token: tokenFromJson({ accessToken: 'B' }) };
      const second = await vault.write(secretArn, content, deadline);
      if (second === 'gone') throw new Error('It is gone.');
      await vault.scheduleDeletion(secretArn, deadline);
      const seen = await look(secretArn);
      expect(seen).toMatchObject({
        ...{ id, secretArn, inDeletion: true },
        ...{ currentVersionId: second.versionId, previousVersionId: first },
      });
      expect(await listed()).toEqual([seen]);
    });

    test('knows nothing of what never was', async () => {
      const { secretArn } = await created();
      expect(await look(`${secretArn.slice(0, -7)}-zzzzzz`)).toBeUndefined();
    });
  });

  test('find tells what stands under the name of a token', async () => {
    const { id, secretArn } = await created();
    expect(await vault.find(id, deadline)).toMatchObject({ id, secretArn, inDeletion: false });
    await vault.scheduleDeletion(secretArn, deadline);
    expect(await vault.find(id, deadline)).toMatchObject({ secretArn, inDeletion: true });
    expect(await vault.find(newTokenId(), deadline)).toBeUndefined();
  });

  test('a version found by its label says when it was written', async () => {
    const earliestMs = Date.now() - 2_000;
    const { secretArn } = await created();
    const { createdAtMs = 0 } = (await vault.readCurrent(secretArn, deadline)) ?? {};
    expect(createdAtMs).toBeGreaterThan(earliestMs);
    expect(createdAtMs).toBeLessThan(Date.now() + 2_000);
  });
});
