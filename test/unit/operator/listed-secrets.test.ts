/** What a purge takes for the store's own where the service's filter takes more for a prefix. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsUnder } from '../../../operator/purge/listed-secrets.ts';

const ID = 'a'.repeat(32);

async function listed(names: readonly string[]) {
  const SecretList = names.map((Name) => ({ ARN: `arn:${Name}`, Name }));
  const client = { send: async () => ({ SecretList }) } as unknown as SecretsManagerClient;
  const found = [];
  for await (const secret of secretsUnder(client, 'latchkey/a/')) found.push(secret);
  return found;
}

test('a store has nothing to do with one whose name begins or is written like its own', async () => {
  const found = await listed([
    `latchkey/a-b/${ID}`,
    `latchkey/ab/${ID}`,
    `latchkey/A/${ID}`,
    `latchkey/a${ID}`,
    `Latchkey/a/${ID}`,
    `other/latchkey/a/${ID}`,
  ]);
  expect(found).toEqual([]);
});

test('of what is under the prefix only what is named like a token is one', async () => {
  const found = await listed([`latchkey/a/${ID}`, 'latchkey/a/notes', `latchkey/a/b/${ID}`]);
  expect(found.map(({ name, isToken }) => [name, isToken])).toEqual([
    [`latchkey/a/${ID}`, true],
    ['latchkey/a/notes', false],
    [`latchkey/a/b/${ID}`, false],
  ]);
});
