/**
 * The Secrets Manager that the suites of this folder look at: the embedded AWS, or what
 * AWS_ENDPOINT_URL_SECRETS_MANAGER names. Each file that imports this has a client of its own.
 */
import { randomBytes } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { caseOf, type Endpoint, endpointOf, oneTryAt } from '../endpoint.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';

let endpoint: Endpoint;
export let client: SecretsManagerClient;
export const check = caseOf(() => endpoint, KNOWN_DIFFERENCES);

beforeAll(async () => {
  endpoint = await endpointOf('AWS_ENDPOINT_URL_SECRETS_MANAGER');
  client = new SecretsManagerClient(oneTryAt(endpoint));
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

export const uniqueName = () => `latchkey-contract/${randomBytes(8).toString('hex')}`;
export const token = (letter: string) => letter.repeat(32);

/** Where requests without an SDK go. */
export const endpointUrl = () => endpoint.url;

export async function created(value = 'v1', versionId = token('a')) {
  const Name = uniqueName();
  const { ARN = '' } = await client.send(
    new CreateSecretCommand({ Name, SecretString: value, ClientRequestToken: versionId }),
  );
  return { Name, ARN };
}

export function put(SecretId: string, value: string, versionId: string, stages?: string[]) {
  return client.send(
    new PutSecretValueCommand({
      SecretId,
      SecretString: value,
      ClientRequestToken: versionId,
      ...(stages === undefined ? {} : { VersionStages: stages }),
    }),
  );
}

export function get(SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}) {
  return client.send(new GetSecretValueCommand({ SecretId, ...more }));
}

export async function versions(SecretId: string, IncludeDeprecated = false) {
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
