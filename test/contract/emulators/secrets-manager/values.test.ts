/** Which values Secrets Manager keeps, and how it gives many of them at once. */
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { failureOf } from '../endpoint.ts';
import {
  check,
  client,
  created,
  get,
  put,
  token,
  uniqueName,
  versions,
} from './secrets-under-test.ts';

describe('values', () => {
  check('65,536 bytes is the most', async () => {
    const { Name } = await created();
    await put(Name, 'é'.repeat(32_768), token('b'));
    expect(await failureOf(put(Name, 'x'.repeat(65_537), token('c')))).toMatchObject({
      name: 'ValidationException',
    });
  });

  check('a binary value comes back as it went', async () => {
    const Name = uniqueName();
    const bytes = new Uint8Array([0, 255, 1]);
    await client.send(new CreateSecretCommand({ Name, SecretBinary: bytes }));
    const { SecretBinary = [], SecretString } = await get(Name);
    expect(Buffer.from(SecretBinary).toString('hex')).toBe('00ff01');
    expect(SecretString).toBeUndefined();
  });

  check('a put without a value', async () => {
    const { Name } = await created();
    const call = client.send(new PutSecretValueCommand({ SecretId: Name }));
    expect(await failureOf(call)).toMatchObject({ name: 'InvalidRequestException' });
  });

  check('an update of the description makes no version', async () => {
    const { Name } = await created();
    const updated = await client.send(
      new UpdateSecretCommand({ SecretId: Name, Description: 'new' }),
    );
    expect(updated.VersionId).toBeUndefined();
    const { Description } = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(Description).toBe('new');
    expect(Object.keys(await versions(Name, true))).toEqual([token('a')]);
  });
});

describe('batches', () => {
  check('values and errors come back apart', async () => {
    const one = await created('one');
    const two = await created('two');
    const gone = await created('gone');
    await client.send(new DeleteSecretCommand({ SecretId: gone.Name }));
    const missing = uniqueName();
    const { SecretValues = [], Errors = [] } = await client.send(
      new BatchGetSecretValueCommand({
        SecretIdList: [one.ARN, two.Name, gone.Name, missing],
      }),
    );
    expect(SecretValues.map(({ SecretString }) => SecretString).sort()).toEqual(['one', 'two']);
    expect(Errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ SecretId: missing, ErrorCode: 'ResourceNotFoundException' }),
        expect.objectContaining({ SecretId: gone.Name, ErrorCode: 'InvalidRequestException' }),
      ]),
    );
  });

  check('21 secrets are too many', async () => {
    const SecretIdList = Array.from({ length: 21 }, uniqueName);
    const call = client.send(new BatchGetSecretValueCommand({ SecretIdList }));
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });

  check('ids and filters together are refused', async () => {
    const call = client.send(
      new BatchGetSecretValueCommand({
        SecretIdList: ['a'],
        Filters: [{ Key: 'name', Values: ['a'] }],
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'InvalidParameterException' });
  });
});
