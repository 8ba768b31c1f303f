/** Tags of secrets, and lists by name, tag and deletion. */
import { randomUUID } from 'node:crypto';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  ListSecretsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { check, client, created, uniqueName } from './secrets-under-test.ts';

describe('tags and lists', () => {
  check('tags are added, replaced and removed', async () => {
    const { Name } = await created();
    const tags = async () =>
      (await client.send(new DescribeSecretCommand({ SecretId: Name }))).Tags ?? [];
    const tag = (Key: string, Value: string) =>
      client.send(new TagResourceCommand({ SecretId: Name, Tags: [{ Key, Value }] }));
    await tag('a', '1');
    await tag('b', '2');
    await tag('a', '3');
    expect(await tags()).toEqual(
      expect.arrayContaining([
        { Key: 'a', Value: '3' },
        { Key: 'b', Value: '2' },
      ]),
    );
    await client.send(new UntagResourceCommand({ SecretId: Name, TagKeys: ['a'] }));
    expect(await tags()).toEqual([{ Key: 'b', Value: '2' }]);
  });

  check('a list is filtered by name prefix and comes in pages', async () => {
    const prefix = `${uniqueName()}/`;
    for (const Name of ['one', 'two', 'three'].map((last) => prefix + last)) {
      await client.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
    }
    const names: string[] = [];
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const page = await client.send(
        new ListSecretsCommand({
          Filters: [{ Key: 'name', Values: [prefix] }],
          MaxResults: 2,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
      names.push(...(page.SecretList ?? []).map(({ Name = '' }) => Name));
      NextToken = page.NextToken;
      pages += 1;
    } while (NextToken !== undefined);
    expect(names.sort()).toEqual(['one', 'three', 'two'].map((last) => prefix + last));
    expect(pages).toBe(2);
  });

  check('a list is filtered by tag', async () => {
    const value = randomUUID();
    const Name = uniqueName();
    await client.send(
      new CreateSecretCommand({
        Name,
        SecretString: 'x',
        Tags: [{ Key: 'latchkey:user', Value: value }],
      }),
    );
    const Filters = [
      { Key: 'tag-key' as const, Values: ['latchkey:user'] },
      { Key: 'tag-value' as const, Values: [value] },
    ];
    const { SecretList = [] } = await client.send(new ListSecretsCommand({ Filters }));
    expect(SecretList.map((secret) => secret.Name)).toEqual([Name]);
    const { SecretValues = [] } = await client.send(new BatchGetSecretValueCommand({ Filters }));
    expect(SecretValues.map((secret) => secret.Name)).toEqual([Name]);
  });

  check('a list shows scheduled secrets only when asked', async () => {
    const { Name } = await created();
    await client.send(new DeleteSecretCommand({ SecretId: Name }));
    const listed = async (IncludePlannedDeletion: boolean) => {
      const { SecretList = [] } = await client.send(
        new ListSecretsCommand({
          IncludePlannedDeletion,
          Filters: [{ Key: 'name', Values: [Name] }],
        }),
      );
      return SecretList.length;
    };
    expect(await listed(false)).toBe(0);
    expect(await listed(true)).toBe(1);
  });
});
