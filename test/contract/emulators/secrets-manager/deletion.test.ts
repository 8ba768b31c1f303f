/** Deletion with a recovery window and without, and what is refused meanwhile. */
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { failureOf } from '../endpoint.ts';
import { check, client, created, get, put, token, uniqueName } from './secrets-under-test.ts';

const DELETED =
  "You can't perform this operation on the secret because it was marked for deletion.";
const TOO_EARLY =
  "You can't create this secret because a secret with this name is already scheduled for deletion.";

describe('deletion', () => {
  check('in the recovery window the value is out of reach and the description is not', async () => {
    const { Name } = await created();
    const { DeletionDate } = await client.send(
      new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }),
    );
    const days = (Number(DeletionDate) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThan(7.1);
    expect(await failureOf(get(Name))).toMatchObject({ name: 'InvalidRequestException' });
    expect(await failureOf(put(Name, 'v2', token('b')))).toMatchObject({
      name: 'InvalidRequestException',
    });
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(DeletedDate).toBeDefined();
  });

  check('the text of a read in the recovery window', async () => {
    const { Name } = await created();
    await client.send(new DeleteSecretCommand({ SecretId: Name }));
    expect(await failureOf(get(Name))).toMatchObject({ message: DELETED });
  });

  check('tags cannot be changed in the recovery window', async () => {
    const { Name } = await created();
    await client.send(new DeleteSecretCommand({ SecretId: Name }));
    const tag = client.send(
      new TagResourceCommand({ SecretId: Name, Tags: [{ Key: 'k', Value: 'v' }] }),
    );
    expect(await failureOf(tag)).toMatchObject({ name: 'InvalidRequestException' });
    const untag = client.send(new UntagResourceCommand({ SecretId: Name, TagKeys: ['k'] }));
    expect(await failureOf(untag)).toMatchObject({ name: 'InvalidRequestException' });
  });

  check('the name cannot be taken in the recovery window', async () => {
    const { Name } = await created();
    await client.send(new DeleteSecretCommand({ SecretId: Name }));
    const call = client.send(new CreateSecretCommand({ Name, SecretString: 'v2' }));
    expect(await failureOf(call)).toMatchObject({
      name: 'InvalidRequestException',
      message: TOO_EARLY,
    });
  });

  check('a restored secret is as it was', async () => {
    const { Name, ARN } = await created();
    await client.send(new DeleteSecretCommand({ SecretId: Name }));
    await client.send(new RestoreSecretCommand({ SecretId: Name }));
    expect(await get(Name)).toMatchObject({ ARN, SecretString: 'v1', VersionId: token('a') });
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(DeletedDate).toBeUndefined();
  });

  check('a window of 6 days is refused, and one of 31', async () => {
    const { Name } = await created();
    for (const RecoveryWindowInDays of [6, 31]) {
      const call = client.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays }));
      expect(await failureOf(call)).toMatchObject({ name: 'InvalidParameterException' });
    }
  });

  check('force and a window are refused', async () => {
    const { Name } = await created();
    const call = client.send(
      new DeleteSecretCommand({
        SecretId: Name,
        RecoveryWindowInDays: 7,
        ForceDeleteWithoutRecovery: true,
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'InvalidParameterException' });
  });

  check('a forced deletion of what is not there succeeds; a plain one does not', async () => {
    const SecretId = uniqueName();
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    const call = client.send(new DeleteSecretCommand({ SecretId }));
    expect(await failureOf(call)).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  check('a scheduled secret can be deleted by force, not scheduled again', async () => {
    const { Name } = await created();
    await client.send(new DeleteSecretCommand({ SecretId: Name }));
    const again = client.send(new DeleteSecretCommand({ SecretId: Name }));
    expect(await failureOf(again)).toMatchObject({ name: 'InvalidRequestException' });
    await client.send(
      new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }),
    );
    const described = client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(await failureOf(described)).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
