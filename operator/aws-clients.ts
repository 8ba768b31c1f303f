/**
 * The AWS clients of an operator: profile, Region and endpoints as the SDK's environment says.
 * Long work meets throttles, so they try more often than a function that somebody waits for.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { loadConfig } from '@smithy/core/config';

const SETTINGS = {
  maxAttempts: 8,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
/** A function may take its time. */
const INVOKING = { connectionTimeout: 3_000, requestTimeout: 70_000, throwOnRequestTimeout: true };

/** Another account, or another Region, than the environment's. */
export interface Elsewhere {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

interface Configured {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<unknown>;
  };
}

export async function dynamoDb(elsewhere: Elsewhere = {}): Promise<DynamoDBClient> {
  return checked(new DynamoDBClient({ ...SETTINGS, ...(await settingsOf(elsewhere)) }));
}

export async function secretsManager(elsewhere: Elsewhere = {}): Promise<SecretsManagerClient> {
  return checked(new SecretsManagerClient({ ...SETTINGS, ...(await settingsOf(elsewhere)) }));
}

async function settingsOf({ profile, region }: Elsewhere) {
  const endpoint = profile === undefined ? '' : await endpointOf(profile);
  return {
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
    ...(endpoint !== '' && { endpoint }),
  };
}

/** The SDK takes a profile's `endpoint_url` from the environment's profile only. */
function endpointOf(profile: string): Promise<string> {
  const selectors = {
    environmentVariableSelector: () => undefined,
    configFileSelector: (settings: Partial<Record<string, string>>) => settings['endpoint_url'],
    default: '',
  };
  return loadConfig<string>(selectors, { profile })();
}

export async function lambda(): Promise<LambdaClient> {
  return checked(new LambdaClient({ ...SETTINGS, requestHandler: INVOKING }));
}

/** Before the first call, so that what is missing is said by its name. */
async function checked<Client extends Configured>(client: Client): Promise<Client> {
  try {
    await client.config.region();
    await client.config.credentials();
    return client;
  } catch (error) {
    // These texts name profiles, files and variables, never what is in them.
    throw new Error(`No AWS credentials or Region: ${(error as Error).message}`);
  }
}
