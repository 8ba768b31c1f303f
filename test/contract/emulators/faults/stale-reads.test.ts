/** Reads of Secrets Manager that do not see the last write yet. */
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { startEmbeddedAws } from '../../../../local/aws/embedded-aws.ts';
import { failureOf } from '../endpoint.ts';
import { aws, put, putSecret, readSecret, secrets, V1, V2 } from './aws-under-test.ts';

describe('stale reads', () => {
  beforeEach(() => {
    aws.faults.add({ kind: { type: 'staleRead' } });
  });

  test('a secret just created is not there', async () => {
    expect(await failureOf(readSecret())).toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    expect((await readSecret()).SecretString).toBe('v1');
  });

  test('AWSCURRENT is the version before', async () => {
    await putSecret();
    expect((await readSecret()).SecretString).toBe('v1');
    expect((await readSecret()).SecretString).toBe('v2');
  });

  test('the newest version is not there', async () => {
    await putSecret();
    expect(await failureOf(readSecret({ VersionId: V2 }))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Secrets Manager can't find the specified secret value for VersionId: ${V2}`,
    });
    expect((await readSecret({ VersionId: V2 })).SecretString).toBe('v2');
  });

  test('writes and other services are not concerned', async () => {
    await put();
    await putSecret();
    expect(aws.faults.pending).toBe(1);
    const { VersionIdsToStages } = await secrets.send(
      new DescribeSecretCommand({ SecretId: 'secret' }),
    );
    expect(VersionIdsToStages).toEqual({ [V1]: ['AWSCURRENT'] });
  });

  test('an upstream cannot give them', async () => {
    const fronted = await startEmbeddedAws({ upstream: { secretsManager: aws.url } });
    expect(() => fronted.faults.add({ kind: { type: 'staleRead' } })).toThrow('upstream');
    await fronted.close();
  });
});
