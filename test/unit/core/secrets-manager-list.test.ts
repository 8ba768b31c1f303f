/** The list of secrets where the service's filter takes more for a prefix than we do. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerVault } from '../../../lib/vault/secrets-manager-vault.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const ID = 'a'.repeat(32);

function vaultOver(names: readonly string[], asked: unknown[] = []) {
  const SecretList = names.map((Name) => {
    return { ARN: `arn:${Name}`, Name, CreatedDate: new Date(START_MS) };
  });
  const client = {
    send: async ({ input }: { input: unknown }) => {
      asked.push(input);
      return { SecretList };
    },
  } as unknown as SecretsManagerClient;
  return new SecretsManagerVault({
    client,
    namePrefix: 'latchkey/default/',
    recoveryWindowDays: 7,
  });
}

test('names that are not exactly ours are left out', async () => {
  const vault = vaultOver([
    `Latchkey/Default/${ID}`,
    `other/latchkey/default/${ID}`,
    `latchkey/billing/${ID}`,
    `latchkey_default_${ID}`,
    ID,
    `latchkey/default/${ID}`,
  ]);
  expect(await vault.list({}, ampleDeadline())).toEqual({
    secrets: [
      {
        secretArn: `arn:latchkey/default/${ID}`,
        id: ID,
        createdAtMs: START_MS,
        inDeletion: false,
      },
    ],
  });
});

test('the service is asked for no more than the store, and for what is in deletion too', async () => {
  const asked: unknown[] = [];
  await vaultOver([], asked).list({ limit: 7, cursor: 'next' }, ampleDeadline());
  expect(asked).toEqual([
    {
      Filters: [{ Key: 'name', Values: ['latchkey/default/'] }],
      IncludePlannedDeletion: true,
      MaxResults: 7,
      NextToken: 'next',
    },
  ]);
});
