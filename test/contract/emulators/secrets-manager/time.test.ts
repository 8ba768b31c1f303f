/**
 * What Secrets Manager does as days go by, on a clock of ours; and what it keeps on disk. Embedded
 * AWS only.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type EmbeddedAws, startEmbeddedAws } from '../../../../local/aws/embedded-aws.ts';
import { CREDENTIALS, failureOf } from '../endpoint.ts';

const HOUR_MS = 60 * 60_000;
let nowMs = Date.UTC(2026, 0, 1);
let aws: EmbeddedAws;
let client: SecretsManagerClient;

function clientOf({ url }: EmbeddedAws): SecretsManagerClient {
  return new SecretsManagerClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
}

beforeEach(async () => {
  aws = await startEmbeddedAws({ nowMs: () => nowMs });
  client = clientOf(aws);
});

afterEach(async () => {
  client.destroy();
  await aws.close();
});

function write(value: string, versionId: string = randomUUID()) {
  return client.send(
    new PutSecretValueCommand({
      SecretId: 'secret',
      SecretString: value,
      ClientRequestToken: versionId,
    }),
  );
}

test('beyond 100 versions the oldest that is a day old makes room', async () => {
  const first = randomUUID();
  await client.send(
    new CreateSecretCommand({ Name: 'secret', SecretString: '1', ClientRequestToken: first }),
  );
  for (let made = 2; made <= 100; made += 1) await write(String(made));
  nowMs += 23 * HOUR_MS;
  expect(await failureOf(write('101'))).toMatchObject({ name: 'LimitExceededException' });
  nowMs += 2 * HOUR_MS;
  await write('101');
  const { Versions = [] } = await client.send(
    new ListSecretVersionIdsCommand({
      SecretId: 'secret',
      IncludeDeprecated: true,
      MaxResults: 100,
    }),
  );
  expect(Versions).toHaveLength(100);
  expect(Versions.map(({ VersionId }) => VersionId)).not.toContain(first);
});

test('after the recovery window the name is free, and the ARN is another', async () => {
  const had = await client.send(new CreateSecretCommand({ Name: 'secret', SecretString: '1' }));
  await client.send(new DeleteSecretCommand({ SecretId: 'secret', RecoveryWindowInDays: 7 }));
  nowMs += 7 * 24 * HOUR_MS - 1;
  await client.send(new DescribeSecretCommand({ SecretId: 'secret' }));
  nowMs += 1;
  const described = client.send(new DescribeSecretCommand({ SecretId: 'secret' }));
  expect(await failureOf(described)).toMatchObject({ name: 'ResourceNotFoundException' });
  const has = await client.send(new CreateSecretCommand({ Name: 'secret', SecretString: '2' }));
  expect(has.ARN).not.toBe(had.ARN);
});

test('with a data directory, secrets survive a restart in files only the owner reads', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'embedded-aws-'));
  try {
    const one = await startEmbeddedAws({ dataDirectory });
    const before = clientOf(one);
    await before.send(new CreateSecretCommand({ Name: 'kept', SecretString: 'v1' }));
    await before.send(new CreateSecretCommand({ Name: 'gone', SecretString: 'v1' }));
    await before.send(
      new DeleteSecretCommand({ SecretId: 'gone', ForceDeleteWithoutRecovery: true }),
    );
    before.destroy();
    await one.close();

    const two = await startEmbeddedAws({ dataDirectory });
    const after = clientOf(two);
    const { SecretString } = await after.send(new GetSecretValueCommand({ SecretId: 'kept' }));
    expect(SecretString).toBe('v1');
    after.destroy();
    await two.close();

    const files = await readdir(join(dataDirectory, 'secrets'));
    expect(files).toHaveLength(1);
    const file = join(dataDirectory, 'secrets', files[0] ?? '');
    expect(await readFile(file, 'utf8')).toContain('kept');
    expect((await stat(file)).mode & 0o077).toBe(0);
  } finally {
    await rm(dataDirectory, { recursive: true });
  }
});
