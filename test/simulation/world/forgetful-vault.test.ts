/** The simulation's own vault answers as `MemoryVault` does, as long as nothing is forgotten. */
import { revealToken, tokenFromJson } from '../../../lib/token.ts';
import { MemoryVault } from '../../../lib/vault/memory-vault.ts';
import type { SecretContent, SecretVersion, TokenVault } from '../../../lib/vault/token-vault.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { Chance } from '../engine/chance.ts';
import { ForgetfulVault, type VaultInUse } from './forgetful-vault.ts';

const deadline = ampleDeadline();
const FIRST_ID = '0'.repeat(32);

function content(revision: number): SecretContent {
  const token = tokenFromJson({ accessToken: `access-${revision}`, refreshToken: 'refresh' });
  return { id: FIRST_ID, revision, ...(revision % 3 === 1 && { fence: revision }), token };
}

/** What a vault answered, without what would hide a difference: secrets do not show themselves. */
function shown(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer ?? null, (key, value) => (key === 'token' ? revealToken(value) : value)),
  );
}

test.each([1, 2, 3])('seed %i: whatever is asked in whatever order', async (seed) => {
  const chance = new Chance(seed);
  // When a version was written the simulation does not ask: to it that is always the beginning.
  const memory = new MemoryVault({ nowMs: () => 0 });
  const twins: readonly [TokenVault, VaultInUse] = [memory, new ForgetfulVault()];
  const both = async (ask: (vault: VaultInUse) => Promise<unknown>) => {
    const [theirs, ours] = [await ask(twins[0]), await ask(twins[1])];
    expect(shown(ours)).toEqual(shown(theirs));
    return ours;
  };
  const versions: SecretVersion[] = [];
  const keep = (answer: unknown) => {
    if (typeof answer === 'object' && answer !== null) versions.push(answer as SecretVersion);
  };
  keep(await both((vault) => vault.create(content(0), {}, deadline)));
  const { secretArn } = versions[0] ?? { secretArn: '' };
  for (let step = 0; step < 200; step += 1) {
    const recent = versions.slice(-4);
    const version = recent[chance.whole(0, recent.length - 1)] ?? { secretArn, versionId: 'none' };
    const revision = chance.of(0.7) ? step : Math.max(0, step - 1);
    const ask = chance.weighted<(vault: VaultInUse) => Promise<unknown>>([
      { weight: 4, value: (vault) => vault.write(secretArn, content(revision), deadline) },
      { weight: 2, value: (vault) => vault.read(version, deadline) },
      { weight: 2, value: (vault) => vault.readCurrent(secretArn, deadline) },
      { weight: 2, value: (vault) => vault.readPrevious(secretArn, deadline) },
      { weight: 2, value: (vault) => vault.readRefreshed(secretArn, deadline) },
      { weight: 1, value: (vault) => vault.scheduleDeletion(secretArn, deadline) },
      { weight: 2, value: (vault) => vault.cancelDeletion(secretArn, deadline) },
      { weight: 1, value: (vault) => vault.read({ ...version, versionId: 'none' }, deadline) },
    ]);
    const answer = await both(ask);
    if (typeof answer === 'object' && answer !== null && 'versionId' in answer) keep(answer);
  }
});

test('it keeps the newest versions and forgets the others', async () => {
  const vault = new ForgetfulVault();
  const first = await vault.create(content(0), {}, deadline);
  for (let revision = 1; revision < 20; revision += 1) {
    await vault.write(first.secretArn, content(revision), deadline);
  }
  expect(await vault.read(first, deadline)).toBeUndefined();
  expect((await vault.readCurrent(first.secretArn, deadline))?.content.revision).toBe(19);
  expect((await vault.readPrevious(first.secretArn, deadline))?.content.revision).toBe(18);
});
