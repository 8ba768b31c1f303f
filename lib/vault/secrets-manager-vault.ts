/**
 * The vault in AWS Secrets Manager: the secret `<prefix><token id>` per token. Owns the calls and
 * the errors that look alike; knows nothing of which version is the committed one.
 */
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetSecretValueCommand,
  InvalidNextTokenException,
  InvalidRequestException,
  LimitExceededException,
  ListSecretsCommand,
  PutSecretValueCommand,
  type PutSecretValueResponse,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { callAws, withoutPayload } from '../aws-failure.ts';
import type { Deadline } from '../deadline.ts';
import { LatchkeyError } from '../errors.ts';
import { noSuchPage } from '../token-index/page-cursor.ts';
import { listedSecret } from './listed-secret.ts';
import {
  labelDescription,
  labelTags,
  parseSecretJson,
  secretJson,
  versionToken,
} from './secret-json.ts';
import {
  type LabelledVersion,
  MAX_LISTED_SECRETS,
  type SecretContent,
  type SecretVersion,
  type TokenVault,
} from './token-vault.ts';

/** BatchGetSecretValue takes 20 secrets at most. */
const BATCH_SIZE = 20;
/** A staging label of ours. Of what a refresh writes; it stays there until the next refresh does. */
const REFRESHED = 'latchkey-refreshed';

export interface SecretsManagerVaultOptions {
  readonly client: SecretsManagerClient;
  /** Every secret's name starts with it, for example `latchkey/default/`. */
  readonly namePrefix: string;
  /** The KMS key of secrets that are made from now on. Absent: `aws/secretsmanager`. */
  readonly kmsKeyId?: string | undefined;
  /** Days a deleted secret stays restorable: 7 to 30. */
  readonly recoveryWindowDays: number;
}

export class SecretsManagerVault implements TokenVault {
  readonly #client: SecretsManagerClient;
  readonly #namePrefix: string;
  readonly #kmsKeyId: string | undefined;
  readonly #recoveryWindowDays: number;

  constructor(options: SecretsManagerVaultOptions) {
    this.#client = options.client;
    this.#namePrefix = options.namePrefix;
    this.#kmsKeyId = options.kmsKeyId;
    this.#recoveryWindowDays = options.recoveryWindowDays;
  }

  create: TokenVault['create'] = async (content, labels, deadline) => {
    const json = secretJson(content);
    const command = new CreateSecretCommand({
      Name: `${this.#namePrefix}${content.id}`,
      Description: labelDescription(labels),
      SecretString: json,
      ClientRequestToken: versionToken(json),
      ...(this.#kmsKeyId !== undefined && { KmsKeyId: this.#kmsKeyId }),
      Tags: labelTags(labels),
    });
    return versionOf(await callAws((options) => this.#client.send(command, options), deadline));
  };

  write: TokenVault['write'] = async (secretArn, content, deadline) => {
    const json = secretJson(content);
    const command = new PutSecretValueCommand({
      SecretId: secretArn,
      SecretString: json,
      ClientRequestToken: versionToken(json),
      ...(content.fence !== undefined && { VersionStages: ['AWSCURRENT', REFRESHED] }),
    });
    try {
      return versionOf(
        await callAws((options) => this.#client.send(command, options), deadline, [
          ResourceNotFoundException,
          InvalidRequestException,
          LimitExceededException,
        ]),
      );
    } catch (error) {
      if (isGone(error)) return 'gone';
      if (error instanceof LimitExceededException) throw tooManyVersions(content.id);
      throw withoutPayload(error);
    }
  };

  read: TokenVault['read'] = async ({ secretArn, versionId }, deadline) => {
    const found = await this.#get({ SecretId: secretArn, VersionId: versionId }, deadline);
    return found?.content;
  };

  readCurrent: TokenVault['readCurrent'] = (secretArn, deadline) =>
    this.#get({ SecretId: secretArn }, deadline);

  readPrevious: TokenVault['readPrevious'] = (secretArn, deadline) =>
    this.#get({ SecretId: secretArn, VersionStage: 'AWSPREVIOUS' }, deadline);

  readRefreshed: TokenVault['readRefreshed'] = (secretArn, deadline) =>
    this.#get({ SecretId: secretArn, VersionStage: REFRESHED }, deadline);

  readMany: TokenVault['readMany'] = async (versions, deadline) => {
    const chunks = Array.from({ length: Math.ceil(versions.length / BATCH_SIZE) }, (_, index) =>
      versions.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
    );
    const found = await Promise.all(chunks.map((chunk) => this.#batchGet(chunk, deadline)));
    return new Map(found.flat());
  };

  relabel: TokenVault['relabel'] = async (secretArn, labels, deadline) => {
    const command = new TagResourceCommand({ SecretId: secretArn, Tags: labelTags(labels) });
    await callAws((options) => this.#client.send(command, options), deadline);
  };

  scheduleDeletion: TokenVault['scheduleDeletion'] = async (secretArn, deadline) => {
    const command = new DeleteSecretCommand({
      SecretId: secretArn,
      RecoveryWindowInDays: this.#recoveryWindowDays,
    });
    try {
      await callAws((options) => this.#client.send(command, options), deadline, [
        ResourceNotFoundException,
        InvalidRequestException,
      ]);
    } catch (error) {
      if (!isGone(error)) throw withoutPayload(error);
    }
  };

  cancelDeletion: TokenVault['cancelDeletion'] = async (secretArn, deadline) => {
    const command = new RestoreSecretCommand({ SecretId: secretArn });
    try {
      await callAws((options) => this.#client.send(command, options), deadline, [
        ResourceNotFoundException,
        InvalidRequestException,
      ]);
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      if (isNotInDeletion(error)) return true;
      throw withoutPayload(error);
    }
  };

  list: TokenVault['list'] = async ({ cursor, limit = MAX_LISTED_SECRETS }, deadline) => {
    const command = new ListSecretsCommand({
      Filters: [{ Key: 'name', Values: [this.#namePrefix] }],
      IncludePlannedDeletion: true,
      MaxResults: limit,
      ...(cursor !== undefined && { NextToken: cursor }),
    });
    try {
      const { SecretList = [], NextToken } = await callAws(
        (options) => this.#client.send(command, options),
        deadline,
        [InvalidNextTokenException],
      );
      return {
        secrets: SecretList.flatMap(
          (entry) => listedSecret(entry, entry.SecretVersionsToStages, this.#namePrefix) ?? [],
        ),
        ...(NextToken !== undefined && { cursor: NextToken }),
      };
    } catch (error) {
      if (error instanceof InvalidNextTokenException) throw noSuchPage();
      throw withoutPayload(error);
    }
  };

  inspect: TokenVault['inspect'] = async (secretArn, deadline) => {
    const secret = await this.#describe(secretArn, deadline);
    if (secret === undefined) return 'gone';
    return secret.DeletedDate === undefined ? 'present' : 'in-deletion';
  };

  describe: TokenVault['describe'] = async (secretArn, deadline) => {
    const secret = await this.#describe(secretArn, deadline);
    return secret && listedSecret(secret, secret.VersionIdsToStages, this.#namePrefix);
  };

  find: TokenVault['find'] = (id, deadline) => this.describe(`${this.#namePrefix}${id}`, deadline);

  /** @param secretId - an ARN or a name */
  async #describe(
    secretId: string,
    deadline: Deadline,
  ): Promise<DescribeSecretResponse | undefined> {
    const command = new DescribeSecretCommand({ SecretId: secretId });
    try {
      return await callAws((options) => this.#client.send(command, options), deadline, [
        ResourceNotFoundException,
      ]);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw withoutPayload(error);
    }
  }

  async #get(
    which: { SecretId: string; VersionId?: string; VersionStage?: string },
    deadline: Deadline,
  ): Promise<LabelledVersion | undefined> {
    const command = new GetSecretValueCommand(which);
    try {
      const answer = await callAws((options) => this.#client.send(command, options), deadline, [
        ResourceNotFoundException,
        InvalidRequestException,
      ]);
      const content = parseSecretJson(answer.SecretString ?? '');
      const createdAtMs = answer.CreatedDate?.getTime() ?? 0;
      return { version: versionOf(answer), content, createdAtMs };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw withoutPayload(error);
    }
  }

  /** The batch reads what is current; a version pinned before that is read by itself. */
  async #batchGet(
    versions: readonly SecretVersion[],
    deadline: Deadline,
  ): Promise<[string, SecretContent][]> {
    const command = new BatchGetSecretValueCommand({
      SecretIdList: versions.map(({ secretArn }) => secretArn),
    });
    const { SecretValues = [] } = await callAws(
      (options) => this.#client.send(command, options),
      deadline,
    );
    const current = new Map(SecretValues.map((value) => [value.ARN, value]));
    const contents = await Promise.all(
      versions.map(async (version) => {
        const value = current.get(version.secretArn);
        if (value?.SecretString === undefined) return undefined;
        return value.VersionId === version.versionId
          ? parseSecretJson(value.SecretString)
          : this.read(version, deadline);
      }),
    );
    return versions.flatMap(({ secretArn }, index) => {
      const content = contents[index];
      return content === undefined ? [] : [[secretArn, content] as [string, SecretContent]];
    });
  }
}

function versionOf({ ARN, VersionId }: Pick<PutSecretValueResponse, 'ARN' | 'VersionId'>) {
  if (ARN === undefined || VersionId === undefined) {
    throw new Error('Secrets Manager answered without an ARN or a VersionId.');
  }
  return { secretArn: ARN, versionId: VersionId };
}

/** Not there, or marked for deletion: the latter is an InvalidRequestException like others. */
function isGone(error: unknown): boolean {
  return (
    error instanceof ResourceNotFoundException ||
    (error instanceof InvalidRequestException && /deletion|deleted/i.test(error.message))
  );
}

/**
 * RestoreSecret of a secret that is not in deletion: what AWS answers is not documented, and its
 * emulators are divided between this and success.
 */
function isNotInDeletion(error: unknown): boolean {
  return error instanceof InvalidRequestException && /\bnot\b.*\bdelet/i.test(error.message);
}

function tooManyVersions(id: string): LatchkeyError {
  return new LatchkeyError(
    'STORE_UNAVAILABLE',
    `Token ${id} was changed about 100 times within 24 hours, which is all Secrets Manager keeps. ` +
      'Find out what saves it so often; it can be saved again when its oldest version is a day old.',
    { retryable: false },
  );
}
