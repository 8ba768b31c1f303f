/**
 * What a ClientRequestToken of Secrets Manager makes of a request that is repeated.
 * Messages are those that AWS sends; failures that share an exception are told apart by them alone.
 */
import { CreateSecretCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { failureOf } from '../endpoint.ts';
import {
  check,
  client,
  created,
  endpointUrl,
  get,
  put,
  token,
  uniqueName,
  versions,
} from './secrets-under-test.ts';

const inUse = (token: string, arn = '') =>
  `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`;

describe('idempotency', () => {
  check('create: same token, same value is the same secret', async () => {
    const { Name, ARN } = await created();
    const again = await client.send(
      new CreateSecretCommand({ Name, SecretString: 'v1', ClientRequestToken: token('a') }),
    );
    expect(again).toMatchObject({ ARN, Name, VersionId: token('a') });
  });

  check('create: same token, other value', async () => {
    const { Name, ARN } = await created();
    const call = client.send(
      new CreateSecretCommand({ Name, SecretString: 'v2', ClientRequestToken: token('a') }),
    );
    expect(await failureOf(call)).toMatchObject({
      name: 'ResourceExistsException',
      message: inUse(token('a'), ARN),
    });
  });

  check('create: other token', async () => {
    const { Name } = await created();
    const call = client.send(
      new CreateSecretCommand({ Name, SecretString: 'v1', ClientRequestToken: token('b') }),
    );
    expect(await failureOf(call)).toMatchObject({
      name: 'ResourceExistsException',
      message: `The operation failed because the secret ${Name} already exists.`,
    });
  });

  check('put: same token, same value does nothing', async () => {
    const { Name } = await created();
    await put(Name, 'v2', token('b'));
    const again = await put(Name, 'v2', token('b'));
    expect(again.VersionId).toBe(token('b'));
    expect(await versions(Name, true)).toEqual({
      [token('a')]: ['AWSPREVIOUS'],
      [token('b')]: ['AWSCURRENT'],
    });
  });

  check('put: an old request repeated does not move AWSCURRENT back', async () => {
    const { Name } = await created();
    await put(Name, 'v2', token('b'));
    await put(Name, 'v3', token('c'));
    await put(Name, 'v2', token('b'));
    expect((await get(Name)).SecretString).toBe('v3');
  });

  check('put: same token, other value', async () => {
    const { Name, ARN } = await created();
    await put(Name, 'v2', token('b'));
    expect(await failureOf(put(Name, 'v3', token('b')))).toMatchObject({
      name: 'ResourceExistsException',
      message: inUse(token('b'), ARN),
    });
  });

  check('update: same token, same value does nothing', async () => {
    const { Name } = await created();
    const update = () =>
      client.send(
        new UpdateSecretCommand({
          SecretId: Name,
          SecretString: 'v2',
          ClientRequestToken: token('b'),
        }),
      );
    await update();
    expect((await update()).VersionId).toBe(token('b'));
  });

  check('update: same token, other value', async () => {
    const { Name } = await created();
    const call = client.send(
      new UpdateSecretCommand({
        SecretId: Name,
        SecretString: 'v2',
        ClientRequestToken: token('a'),
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'ResourceExistsException' });
  });

  check('a token shorter than 32 characters', async () => {
    const { Name } = await created();
    expect(await failureOf(put(Name, 'v2', 'short'))).toMatchObject({
      name: 'InvalidParameterException',
      message: 'ClientRequestToken must be 32-64 characters long.',
    });
  });

  check('no token at all, which no SDK does', async () => {
    const response = await fetch(endpointUrl(), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'secretsmanager.CreateSecret',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify({ Name: uniqueName(), SecretString: 'v1' }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      __type: 'InvalidRequestException',
      Message: 'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
    });
  });

  check('of many first writes under one token, all succeed and one version is made', async () => {
    const { Name } = await created();
    await Promise.all(Array.from({ length: 8 }, () => put(Name, 'v2', token('b'))));
    expect(Object.keys(await versions(Name, true))).toHaveLength(2);
  });
});
