/** Versions of a secret and their staging labels: who moves them, what is left, what is too many. */
import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  UpdateSecretVersionStageCommand,
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

describe('versions and labels', () => {
  check('the third version leaves the first without a label, still stored', async () => {
    const { Name } = await created();
    await put(Name, 'v2', token('b'));
    await put(Name, 'v3', token('c'));
    expect(await versions(Name)).toEqual({
      [token('b')]: ['AWSPREVIOUS'],
      [token('c')]: ['AWSCURRENT'],
    });
    expect(await versions(Name, true)).toMatchObject({ [token('a')]: [] });
  });

  check('a version is read by id, by label, or by both', async () => {
    const { Name } = await created();
    await put(Name, 'v2', token('b'));
    expect((await get(Name, { VersionId: token('a') })).SecretString).toBe('v1');
    expect((await get(Name, { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('v1');
    const both = { VersionId: token('b'), VersionStage: 'AWSCURRENT' };
    expect((await get(Name, both)).SecretString).toBe('v2');
  });

  check('an id and a label that do not belong together', async () => {
    const { Name } = await created();
    await put(Name, 'v2', token('b'));
    const call = get(Name, { VersionId: token('a'), VersionStage: 'AWSCURRENT' });
    expect(await failureOf(call)).toMatchObject({
      name: 'InvalidRequestException',
      message: 'You provided a VersionStage that is not associated to the provided VersionId.',
    });
  });

  check('a version id that is not there', async () => {
    const { Name } = await created();
    expect(await failureOf(get(Name, { VersionId: token('z') }))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Secrets Manager can't find the specified secret value for VersionId: ${token('z')}`,
    });
  });

  check('a label that is not there', async () => {
    const { Name } = await created();
    expect(await failureOf(get(Name, { VersionStage: 'AWSPENDING' }))).toMatchObject({
      name: 'ResourceNotFoundException',
      message:
        "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    });
  });

  check('a secret without a value', async () => {
    const Name = uniqueName();
    const made = await client.send(new CreateSecretCommand({ Name }));
    expect(made.VersionId).toBeUndefined();
    expect(await failureOf(get(Name))).toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await put(Name, 'v1', token('a'))).VersionStages).toEqual(['AWSCURRENT']);
  });

  check('labels without AWSCURRENT leave the current version current', async () => {
    const { Name } = await created();
    const made = await put(Name, 'v2', token('b'), ['PENDING']);
    expect(made.VersionStages).toEqual(['PENDING']);
    expect((await get(Name)).SecretString).toBe('v1');
    expect((await get(Name, { VersionStage: 'PENDING' })).SecretString).toBe('v2');
  });

  check('a label that another version has moves', async () => {
    const { Name } = await created();
    await put(Name, 'v2', token('b'), ['PENDING']);
    await put(Name, 'v3', token('c'), ['PENDING']);
    expect(await versions(Name)).toEqual({
      [token('a')]: ['AWSCURRENT'],
      [token('c')]: ['PENDING'],
    });
  });

  check('a label of ours stays where it is, however often AWSCURRENT moves on', async () => {
    const { Name } = await created();
    await put(Name, 'v2', token('b'), ['AWSCURRENT', 'OURS']);
    await put(Name, 'v3', token('c'));
    expect(await versions(Name)).toEqual({
      [token('b')]: expect.arrayContaining(['AWSPREVIOUS', 'OURS']),
      [token('c')]: ['AWSCURRENT'],
    });
    await put(Name, 'v4', token('d'));
    expect((await get(Name, { VersionStage: 'OURS' })).SecretString).toBe('v2');
  });

  check('moving AWSCURRENT needs the version that has it', async () => {
    const { Name } = await created();
    await put(Name, 'v2', token('b'), ['PENDING']);
    const call = client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: Name,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: token('b'),
      }),
    );
    expect(await failureOf(call)).toMatchObject({
      name: 'InvalidParameterException',
      message: `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${token('a')}, so you must explicitly reference that version in RemoveFromVersionId.`,
    });
  });

  check('AWSPREVIOUS follows AWSCURRENT when that is moved', async () => {
    const { Name } = await created();
    await put(Name, 'v2', token('b'), ['PENDING']);
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: Name,
        VersionStage: 'AWSCURRENT',
        RemoveFromVersionId: token('a'),
        MoveToVersionId: token('b'),
      }),
    );
    expect(await versions(Name)).toEqual({
      [token('a')]: ['AWSPREVIOUS'],
      [token('b')]: ['AWSCURRENT', 'PENDING'],
    });
  });

  check('a secret has at most 20 labels', async () => {
    const { Name } = await created();
    const many = Array.from({ length: 20 }, (_, index) => `label-${index}`);
    expect(await failureOf(put(Name, 'v2', token('b'), many))).toMatchObject({
      name: 'LimitExceededException',
    });
  });

  check('the 101st version within a day is refused', async () => {
    const { Name } = await created();
    for (let made = 1; made < 100; made += 1) await put(Name, `v${made + 1}`, randomUUID());
    expect(await failureOf(put(Name, 'one too many', randomUUID()))).toMatchObject({
      name: 'LimitExceededException',
    });
    expect((await get(Name)).SecretString).toBe('v100');
  });
});
