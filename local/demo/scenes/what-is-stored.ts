/** The table and the secret as an operator sees them, with every secret masked. */
import { secretPrefix } from '../../../infra/resource-names.ts';
import { type Item, keyRow, tokenRow } from '../../../lib/token-index/dynamodb-items.ts';
import type { Login } from '../cast.ts';
import { mask, short } from '../masks.ts';
import { readSecret, scanTable } from '../operator.ts';
import type { Stage } from '../stage.ts';

const SECRET_FIELDS = ['clientSecret', 'grantToken', 'refreshToken', 'accessToken'] as const;

export async function whatIsStored(stage: Stage, { grantToken, token }: Login): Promise<void> {
  const { narrator, deployment, client, tokenMark } = stage;
  const { clientSecret } = client;
  const { refreshToken, accessToken } = token;
  const secrets = { clientSecret, grantToken, refreshToken, accessToken };

  const items = await scanTable(deployment);
  narrator.say(
    `The DynamoDB table ${deployment.tableName} is the index: one item for the token, and one for ` +
      'each key it can be found by. Keys are SHA-256 hashes.',
  );
  narrator.gap();
  narrator.table(items.map(describeItem).sort(), ['item', 'what it says']);
  narrator.gap();

  const name = `${secretPrefix(deployment.settings)}${token.id}`;
  const secret = await readSecret(deployment, name);
  narrator.say('Secrets Manager has the token itself, all of it in one secret:');
  narrator.gap();
  narrator.table([
    ['name', `${secretPrefix(deployment.settings)}${short(token.id)}`],
    ['tags', secret.tags.join(', ')],
    ['version', short(secret.versionId)],
    ...Object.entries(secret.token).map(([field, value]) => [field, shown(field, value)]),
  ]);
  narrator.gap();

  const index = JSON.stringify(items);
  const row = items.filter((item) => item['pk']?.S === `token#${token.id}`).map(tokenRow)[0];
  narrator.check(
    "none of the token's 4 secrets stands in the index",
    Object.values(secrets).every((value) => value !== '' && !index.includes(value)),
  );
  narrator.check(
    'the secret holds all 4 of them',
    SECRET_FIELDS.every(
      (field) => secret.token[field] === secrets[field] && secrets[field].includes(tokenMark),
    ),
  );
  narrator.check(
    'the index names the version of the secret that counts',
    row?.versionId === secret.versionId,
  );
}

function describeItem(item: Item): string[] {
  const partition = item['pk']?.S ?? '';
  const shortPartition = partition.split('#').map(short).join('#');
  if (partition.startsWith('key#')) {
    const ids = keyRow(item).entries.map(({ id }) => short(id));
    return [shortPartition, `token ${ids.join(', ')}`];
  }
  if (partition.startsWith('token#')) {
    const { userName, state, versionId } = tokenRow(item);
    return [shortPartition, `${state}, ${userName}, secret version ${short(versionId)}`];
  }
  return [shortPartition, ''];
}

function shown(field: string, value: unknown): string {
  if (SECRET_FIELDS.some((each) => each === field)) return mask(String(value));
  if (field === 'expiresAt') return new Date(Number(value)).toISOString();
  return field === 'id' ? short(String(value)) : String(value);
}
