/**
 * What the core relies on in a TokenVault, on the memory twin and on Secrets Manager: the embedded
 * one, or what AWS_ENDPOINT_URL_SECRETS_MANAGER names.
 */
import { systemClock } from '../../../lib/clock.ts';
import type { TokenJson } from '../../../lib/contract.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import { revealToken, tokenFromJson } from '../../../lib/token.ts';
import type { SecretContent, SecretVersion, TokenVault } from '../../../lib/vault/token-vault.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { newTokenId, type PortSide, VAULT_SIDES } from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';

describe.each(VAULT_SIDES)('%s', (_name, start) => {
  let side: PortSide<TokenVault>;
  let vault: TokenVault;
  let deadline: Deadline;
  beforeAll(async () => {
    side = await start();
    vault = side.port;
  });
  afterAll(() => side?.close());
  beforeEach(() => {
    deadline = ampleDeadline(systemClock);
  });

  function content(id: string, revision = 1, fields: TokenJson = {}): SecretContent {
    return { id, revision, token: tokenFromJson({ accessToken: `access-${revision}`, ...fields }) };
  }

  async function created(id = newTokenId()) {
    return { id, version: await vault.create(content(id), {}, deadline) };
  }

  async function write(
    { secretArn }: SecretVersion,
    written: SecretContent,
  ): Promise<SecretVersion> {
    const version = await vault.write(secretArn, written, deadline);
    if (version === 'gone') throw new Error('The secret is gone.');
    return version;
  }

  /** What a version holds, in clear. */
  function revealed(held: SecretContent | undefined) {
    return held && { ...held, token: revealToken(held.token) };
  }

  test('what was written comes back whole, in any alphabet', async () => {
    const full = {
      ...content(newTokenId(), 3, {
        userName: 'Ünïcode "quoted" \\ 漢字 😀',
        clientId: 'C',
        clientSecret: "x' or '1'='1",
        refreshToken: 'line\nbreak',
        redirectUrl: 'https://app.example/?env=%s',
        expiresAt: 1_795_302_230_976,
      }),
      fence: 7,
    };
    const version = await vault.create(full, { userName: 'Ünïcode "quoted"' }, deadline);
    expect(revealed(await vault.read(version, deadline))).toEqual(revealed(full));
  });

  describe('create', () => {
    test('repeated it is the same secret and version', async () => {
      const { id, version } = await created();
      expect(await vault.create(content(id), {}, deadline)).toEqual(version);
    });

    test('of 8 at once with the same content all get the same version', async () => {
      const id = newTokenId();
      const versions = await race(8, () => vault.create(content(id), {}, deadline));
      expect(new Set(versions.map(({ versionId }) => versionId)).size).toBe(1);
    });

    test('an id that has a secret with other content is refused', async () => {
      const { id, version } = await created();
      await expect(vault.create(content(id, 2), {}, deadline)).rejects.toThrow();
      expect((await vault.readCurrent(version.secretArn, deadline))?.version).toEqual(version);
    });
  });

  describe('write', () => {
    test('adds a version and leaves the one before it as it was', async () => {
      const { id, version } = await created();
      const second = await write(version, content(id, 2));
      expect(second.secretArn).toBe(version.secretArn);
      expect(second.versionId).not.toBe(version.versionId);
      expect((await vault.read(version, deadline))?.revision).toBe(1);
      expect((await vault.read(second, deadline))?.revision).toBe(2);
      expect((await vault.readCurrent(version.secretArn, deadline))?.version).toEqual(second);
    });

    test('repeated it is the same version', async () => {
      const { id, version } = await created();
      const second = await write(version, content(id, 2));
      expect(await write(version, content(id, 2))).toEqual(second);
    });

    test('an old one repeated late does not become the current one again', async () => {
      const { id, version } = await created();
      await write(version, content(id, 2));
      const third = await write(version, content(id, 3));
      await write(version, content(id, 2));
      expect((await vault.readCurrent(version.secretArn, deadline))?.version).toEqual(third);
    });

    test('another fence is another version', async () => {
      const { id, version } = await created();
      const ofSave = await write(version, content(id, 2));
      const ofRefresh = await write(version, { ...content(id, 2), fence: 1 });
      expect(ofRefresh.versionId).not.toBe(ofSave.versionId);
      expect((await vault.read(ofRefresh, deadline))?.fence).toBe(1);
      expect(await vault.read(ofSave, deadline)).not.toHaveProperty('fence');
    });

    test('what a refresh wrote last is found, however much is saved after it', async () => {
      const { id, version } = await created();
      const { secretArn } = version;
      expect(await vault.readRefreshed(secretArn, deadline)).toBeUndefined();
      await write(version, { ...content(id, 2), fence: 1 });
      const refreshed = await write(version, { ...content(id, 3), fence: 2 });
      const found = async () => (await vault.readRefreshed(secretArn, deadline))?.version;
      expect(await found()).toEqual(refreshed);
      expect((await vault.readCurrent(secretArn, deadline))?.version).toEqual(refreshed);
      await write(version, content(id, 4));
      expect((await vault.readPrevious(secretArn, deadline))?.version).toEqual(refreshed);
      await write(version, content(id, 5));
      const last = await write(version, content(id, 6));
      // moto takes all labels off a version that is current no more: known-differences.ts.
      expect(await found()).toEqual(side.emulator === 'moto' ? undefined : refreshed);
      expect((await vault.readCurrent(secretArn, deadline))?.version).toEqual(last);
    });

    test('a version stays readable after several newer ones', async () => {
      const { id, version } = await created();
      for (let revision = 2; revision <= 6; revision += 1)
        await write(version, content(id, revision));
      expect((await vault.read(version, deadline))?.revision).toBe(1);
    });

    test('past 64 KiB it is refused', async () => {
      const { id, version } = await created();
      const large = content(id, 2, { refreshToken: 'r'.repeat(65_500) });
      await expect(vault.write(version.secretArn, large, deadline)).rejects.toMatchObject({
        code: 'TOKEN_TOO_LARGE',
      });
    });
  });

  describe('what is not there', () => {
    test('a version that does not exist is undefined', async () => {
      const { version } = await created();
      expect(await vault.read({ ...version, versionId: 'f'.repeat(40) }, deadline)).toBeUndefined();
    });

    test('of a secret that never was everything is absent or gone', async () => {
      const { version } = await created();
      const secretArn = `${version.secretArn.slice(0, -7)}-zzzzzz`;
      expect(await vault.read({ secretArn, versionId: 'f'.repeat(40) }, deadline)).toBeUndefined();
      expect(await vault.readCurrent(secretArn, deadline)).toBeUndefined();
      expect(await vault.write(secretArn, content(newTokenId()), deadline)).toBe('gone');
      expect(await vault.cancelDeletion(secretArn, deadline)).toBe(false);
      await vault.scheduleDeletion(secretArn, deadline);
    });
  });

  describe('deletion', () => {
    test('a secret in deletion cannot be read, and deleting it again is harmless', async () => {
      const { version } = await created();
      await vault.scheduleDeletion(version.secretArn, deadline);
      await vault.scheduleDeletion(version.secretArn, deadline);
      expect(await vault.read(version, deadline)).toBeUndefined();
      expect(await vault.readCurrent(version.secretArn, deadline)).toBeUndefined();
      expect(await vault.readMany([version], deadline)).toEqual(new Map());
    });

    test('a secret in deletion cannot be written', async () => {
      // moto writes it, where AWS refuses.
      if (side.emulator === 'moto') return;
      const { id, version } = await created();
      await vault.scheduleDeletion(version.secretArn, deadline);
      expect(await vault.write(version.secretArn, content(id, 2), deadline)).toBe('gone');
    });

    test('taken back, all its versions are there again', async () => {
      const { id, version } = await created();
      const second = await write(version, content(id, 2));
      await vault.scheduleDeletion(version.secretArn, deadline);
      expect(await vault.cancelDeletion(version.secretArn, deadline)).toBe(true);
      expect((await vault.read(version, deadline))?.revision).toBe(1);
      expect((await vault.readCurrent(version.secretArn, deadline))?.version).toEqual(second);
    });

    test('taking back what is not in deletion changes nothing', async () => {
      const { version } = await created();
      expect(await vault.cancelDeletion(version.secretArn, deadline)).toBe(true);
      expect((await vault.read(version, deadline))?.revision).toBe(1);
    });

    test('its name stays taken', async () => {
      const { id, version } = await created();
      await vault.scheduleDeletion(version.secretArn, deadline);
      await expect(vault.create(content(id, 2), {}, deadline)).rejects.toThrow();
    });
  });

  describe('readMany', () => {
    test('reads 45 secrets at the versions that are asked for', async () => {
      const tokens = await race(45, () => created());
      const [first] = tokens;
      if (first === undefined) throw new Error('There is no token.');
      await write(first.version, content(first.id, 2));
      const contents = await vault.readMany(
        tokens.map(({ version }) => version),
        deadline,
      );
      expect(contents.size).toBe(45);
      for (const { id, version } of tokens) {
        expect(contents.get(version.secretArn)).toMatchObject({ id, revision: 1 });
      }
    });

    test('leaves out what cannot be read', async () => {
      const [kept, deleted] = await race(2, () => created());
      if (kept === undefined || deleted === undefined) throw new Error('There is no token.');
      await vault.scheduleDeletion(deleted.version.secretArn, deadline);
      const never = { ...kept.version, secretArn: `${kept.version.secretArn.slice(0, -7)}-zzzzzz` };
      const contents = await vault.readMany([deleted.version, never, kept.version], deadline);
      expect([...contents.keys()]).toEqual([kept.version.secretArn]);
    });

    test('of nothing is nothing', async () => {
      expect(await vault.readMany([], deadline)).toEqual(new Map());
    });
  });

  test('relabelling changes no version', async () => {
    const { version } = await created();
    const labels = { userName: 'ann <ann@zylker.com>:7000', clientId: '1000.C' };
    await vault.relabel(version.secretArn, labels, deadline);
    expect((await vault.readCurrent(version.secretArn, deadline))?.version).toEqual(version);
  });
});
