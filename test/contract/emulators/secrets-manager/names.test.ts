/** By which names and ARNs Secrets Manager finds a secret, and which it refuses. */
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { failureOf } from '../endpoint.ts';
import { check, client, created, get, uniqueName } from './secrets-under-test.ts';

const NOT_FOUND = "Secrets Manager can't find the specified secret.";

describe('names and ARNs', () => {
  check('an ARN is the name and six random characters', async () => {
    const { Name, ARN } = await created();
    expect(ARN).toMatch(new RegExp(`:secret:${Name}-[A-Za-z0-9]{6}$`));
  });

  check('a secret is found by name, by ARN, and not by another ARN', async () => {
    const { Name, ARN } = await created();
    for (const id of [Name, ARN]) expect((await get(id)).SecretString).toBe('v1');
    const other = `${ARN.slice(0, -6)}zzzzzz`;
    expect(await failureOf(get(other))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  check('a name recreated has another ARN, and the old ARN finds nothing', async () => {
    const { Name, ARN } = await created();
    await client.send(
      new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }),
    );
    const again = await client.send(new CreateSecretCommand({ Name, SecretString: 'v2' }));
    expect(again.ARN).not.toBe(ARN);
    expect(await failureOf(get(ARN))).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  check('a name with a space is refused', async () => {
    const call = client.send(new CreateSecretCommand({ Name: 'a b', SecretString: 'x' }));
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });

  check('a secret that is not there', async () => {
    expect(await failureOf(get(uniqueName()))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: NOT_FOUND,
      $metadata: { httpStatusCode: 400 },
    });
  });
});
