/** Latchkey as it is deployed: the functions' bundles on the embedded AWS, and the Zoho adapter. */
import { DynamoDBClient, type DynamoDBClientConfig, paginateScan } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { paginateListSecrets, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DyingStore, Home, Subject, Surroundings } from '../../../conformance/src/index.ts';
import { LatchkeyClient } from '../../../lib/client/latchkey-client.ts';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import { clientSettings, deployLocally, type LocalDeployment } from '../../../local/deployment.ts';

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';
/** Listing has to pass over those who were logged out, until the housekeeper has cleared them away. */
const HOMES_OF_ONE_STORE = 40;
const WRITES = [
  { service: 'secretsmanager', action: 'CreateSecret' },
  { service: 'secretsmanager', action: 'PutSecretValue' },
  { service: 'dynamodb', action: 'TransactWriteItems' },
] as const;

interface Deployed extends LocalDeployment {
  readonly logs: string[];
}

/** The store in another process, by its environment. */
export function attach(address: string): ZohoTokenStore {
  Object.assign(process.env, JSON.parse(address));
  return new ZohoTokenStore(LatchkeyClient.fromEnvironment());
}

export function latchkeySubject(): Subject {
  let deployed: Deployed | undefined;
  let homes = 0;
  return {
    name: 'Latchkey',
    create: async (surroundings) => {
      if (deployed === undefined || homes === HOMES_OF_ONE_STORE) {
        await deployed?.close();
        deployed = await deploy(surroundings);
        homes = 0;
      }
      homes += 1;
      // Deploying takes long; logging everybody out does not.
      await deployed.client.deleteTokens({});
      return home(deployed);
    },
    close: () => deployed?.close(),
  };
}

async function deploy({ zoho }: Surroundings): Promise<Deployed> {
  const logs: string[] = [];
  const { base } = zoho;
  const deployment = await deployLocally(
    {
      store: 'conformance',
      dataCentre: 'local',
      moreDataCentres: { local: { accountsUrl: base, apiDomain: base } },
    },
    { onLog: ({ text }) => logs.push(text), rememberedCalls: 1 },
  );
  return { ...deployment, logs };
}

function home(deployment: Deployed): Home {
  const { aws, client, logs } = deployment;
  logs.length = 0;
  let isOpened = false;
  return {
    open: async () => {
      // Another container of the application may meet new containers of the functions too.
      if (isOpened) await aws.coldStart();
      isOpened = true;
      return new ZohoTokenStore(client);
    },
    elsewhere: { module: import.meta.url, address: JSON.stringify(deployment.environment()) },
    atRest: async () => ({ text: await readable(deployment) }),
    printed: () => logs.join('\n'),
    openUnreachable: () => storeAt(deployment, NOWHERE),
    openDying: (write) => openDying(deployment, write),
    close: () => aws.faults.clear(),
  };
}

/** The index, and all that can be read of secrets without the right to decrypt them. */
async function readable({ aws, tableName, settings }: Deployed): Promise<string> {
  const client: DynamoDBClientConfig = clientSettings(aws);
  const dynamoDb = new DynamoDBClient(client);
  const secretsManager = new SecretsManagerClient(clientSettings(aws));
  const Filters = [{ Key: 'name' as const, Values: [`latchkey/${settings.store}/`] }];
  const found: unknown[] = [];
  for await (const { Items } of paginateScan({ client: dynamoDb }, { TableName: tableName })) {
    found.push(Items);
  }
  for await (const { SecretList } of paginateListSecrets({ client: secretsManager }, { Filters })) {
    found.push(SecretList);
  }
  dynamoDb.destroy();
  secretsManager.destroy();
  return JSON.stringify(found);
}

/** The store by a client of its own, which does not repeat what failed. */
function storeAt({ aws, functionNames }: Deployed, endpoint: string): ZohoTokenStore {
  const lambda = new LambdaClient({ ...clientSettings(aws), endpoint, maxAttempts: 1 });
  return new ZohoTokenStore(new LatchkeyClient({ functionNames, lambda, maxAttempts: 1 }));
}

/** From the n-th write on nothing that the function sends to AWS arrives any more. */
function openDying(deployment: Deployed, write: number): DyingStore {
  const { aws, functionNames } = deployment;
  const store = storeAt(deployment, aws.url);
  const caller = functionNames.saveToken;
  let isDead = false;
  let writes = 0;
  const die = () => {
    isDead = true;
    aws.faults.add({ caller, kind: { type: 'lostRequest' }, times: 1_000 });
  };
  if (write === 1) die();
  const before = async () => {
    writes += 1;
    if (writes === write - 1) die();
  };
  for (const call of WRITES) {
    aws.faults.add({ ...call, caller, kind: { type: 'hook', before }, times: 1_000 });
  }
  let isRefused = false;
  const saveToken = store.saveToken.bind(store);
  store.saveToken = async (token) => {
    try {
      await saveToken(token);
    } catch (error) {
      isRefused = true;
      throw error;
    } finally {
      aws.faults.clear();
    }
  };
  return { store, died: () => isDead && isRefused };
}
