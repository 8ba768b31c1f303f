/**
 * What Latchkey relies on in Secrets Manager. Runs on the embedded AWS, or on what
 * AWS_ENDPOINT_URL_SECRETS_MANAGER names. Messages are those that AWS sends; two failures share an
 * exception and only the message tells them apart.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  because,
  CREDENTIALS,
  caseOf,
  type Endpoint,
  endpointOf,
  failureOf,
  type KnownDifferences,
} from './endpoint.ts';

/** Seen with moto 5.2.5 and MiniStack 1.5.33. */
const KNOWN_DIFFERENCES: KnownDifferences = {
  moto: {
    'a name with a space is refused': 'moto does not check the characters of names',
    'a secret that is not there': 'moto answers 404; AWS answers 400 for every client error',
    'no token at all, which no SDK does': 'moto makes a token up',
    'the third version leaves the first without a label, still stored':
      'moto lists deprecated versions whether asked to or not',
    'a label that is not there': 'moto says that the secret is missing, not the label',
    'a label that another version has moves':
      'moto lists deprecated versions whether asked to or not',
    'a secret has at most 20 labels': 'moto has no quotas',
    'the 101st version within a day is refused': 'moto has no quotas',
    '65,536 bytes is the most': 'moto counts characters, not bytes, or not at all',
    '21 secrets are too many': 'moto has no quotas',
    'in the recovery window the value is out of reach and the description is not':
      'moto writes values to a secret that is scheduled for deletion',
    'the text of a read in the recovery window': 'moto has a text of its own',
    'tags cannot be changed in the recovery window': 'moto changes them',
    'the name cannot be taken in the recovery window':
      'moto answers ResourceExistsException; AWS answers InvalidRequestException',
  },
  ministack: {
    ...because('MiniStack ignores the ClientRequestToken of CreateSecret and UpdateSecret', [
      'create: same token, same value is the same secret',
      'create: same token, other value',
      'update: same token, same value does nothing',
      'update: same token, other value',
      'a version is read by id, by label, or by both',
      'an id and a label that do not belong together',
      'a label that another version has moves',
      'moving AWSCURRENT needs the version that has it',
      'AWSPREVIOUS follows AWSCURRENT when that is moved',
      'an update of the description makes no version',
      'a restored secret is as it was',
      'no token at all, which no SDK does',
    ]),
    ...because('MiniStack puts again whatever the token', [
      'put: same token, same value does nothing',
      'put: an old request repeated does not move AWSCURRENT back',
      'put: same token, other value',
      'of many first writes under one token, all succeed and one version is made',
      'a token shorter than 32 characters',
    ]),
    ...because('MiniStack drops deprecated versions at once', [
      'the third version leaves the first without a label, still stored',
    ]),
    ...because('MiniStack has texts of its own', [
      'a version id that is not there',
      'a label that is not there',
    ]),
    ...because('MiniStack checks no limits', [
      'a name with a space is refused',
      'a secret has at most 20 labels',
      'the 101st version within a day is refused',
      '65,536 bytes is the most',
      'a put without a value',
      '21 secrets are too many',
      'ids and filters together are refused',
    ]),
    ...because('MiniStack makes a version where no value is given', ['a secret without a value']),
    ...because('MiniStack has semantics of deletion of its own', [
      'the name cannot be taken in the recovery window',
      'a forced deletion of what is not there succeeds; a plain one does not',
    ]),
  },
};

let endpoint: Endpoint;
let client: SecretsManagerClient;
const check = caseOf(() => endpoint, KNOWN_DIFFERENCES);

beforeAll(async () => {
  endpoint = await endpointOf('AWS_ENDPOINT_URL_SECRETS_MANAGER');
  client = new SecretsManagerClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

const uniqueName = () => `latchkey-contract/${randomBytes(8).toString('hex')}`;
const token = (letter: string) => letter.repeat(32);
const NOT_FOUND = "Secrets Manager can't find the specified secret.";
const DELETED =
  "You can't perform this operation on the secret because it was marked for deletion.";
const TOO_EARLY =
  "You can't create this secret because a secret with this name is already scheduled for deletion.";
const inUse = (token: string, arn = '') =>
  `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`;

async function created(value = 'v1', versionId = token('a')) {
  const Name = uniqueName();
  const { ARN = '' } = await client.send(
    new CreateSecretCommand({ Name, SecretString: value, ClientRequestToken: versionId }),
  );
  return { Name, ARN };
}

function put(SecretId: string, value: string, versionId: string, stages?: string[]) {
  return client.send(
    new PutSecretValueCommand({
      SecretId,
      SecretString: value,
      ClientRequestToken: versionId,
      ...(stages === undefined ? {} : { VersionStages: stages }),
    }),
  );
}

function get(SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}) {
  return client.send(new GetSecretValueCommand({ SecretId, ...more }));
}

async function versions(SecretId: string, IncludeDeprecated = false) {
  const { Versions = [] } = await client.send(
    new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated }),
  );
  return Object.fromEntries(
    Versions.map(({ VersionId = '', VersionStages = [] }) => [
      VersionId,
      [...VersionStages].sort(),
    ]),
  );
}

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
    const response = await fetch(endpoint.url, {
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
