/**
 * One store on services of its own, the containers of its functions, and the time they share. Every
 * container is a process that can be told to die; ids and chance are the same in every run, so that
 * a run with a death is up to it the run without.
 */
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { MAX_RECEIVE_COUNT, VISIBILITY_TIMEOUT_SECONDS } from '../../../infra/delivery-settings.ts';
import { timeoutSeconds } from '../../../infra/function-timeout.ts';
import { DynamoDbClientHealth } from '../../../lib/client-health/dynamodb-client-health.ts';
import { EventBridgePublisher } from '../../../lib/events/eventbridge-publisher.ts';
import { DynamoDbHousekeepingProgress } from '../../../lib/housekeeping/dynamodb-housekeeping-progress.ts';
import { providersFrom } from '../../../lib/provider/named-providers.ts';
import { ZOHO_DATA_CENTRES } from '../../../lib/provider/zoho-data-centres.ts';
import { ZohoProvider } from '../../../lib/provider/zoho-provider.ts';
import { DEFAULT_REFRESH_POLICY } from '../../../lib/refresh-policy.ts';
import { SqsRefreshQueue } from '../../../lib/refresh-queue/sqs-refresh-queue.ts';
import { DynamoDbDueIndex } from '../../../lib/token-index/dynamodb-due-index.ts';
import { DynamoDbTokenIndex } from '../../../lib/token-index/dynamodb-token-index.ts';
import { SecretsManagerVault } from '../../../lib/vault/secrets-manager-vault.ts';
import type { ServiceCall } from '../../../local/aws/service.ts';
import type { Queue } from '../../../local/aws/sqs/queue.ts';
import { indexTable } from '../../../local/index-table.ts';
import { VirtualDeadline } from '../../simulation/engine/virtual-deadline.ts';
import { ObservedCalls } from '../../support/core/observed-calls.ts';
import { partsOver } from '../../support/core/parts-over.ts';
import { seededRandom } from '../../support/core/seeded-random.ts';
import { VirtualClock } from '../../support/core/virtual-clock.ts';
import type { StorePorts } from '../../support/invariants/store-snapshot.ts';
import { awsClients, type Send } from '../engine/aws-clients.ts';
import { ContainerProcess, type Invocation } from '../engine/container-process.ts';
import { InProcessAws } from '../engine/in-process-aws.ts';
import { changesAnything, type Fate, type OutgoingCall } from '../engine/outgoing-call.ts';
import { withFetch } from '../engine/routed-fetch.ts';
import {
  type BatchAnswer,
  type ContainerParts,
  FUNCTIONS,
  type FunctionName,
  type Handler,
} from './functions.ts';
import { ROTATING, ROTATING_PROVIDER, TokenEndpoints, ZOHO } from './token-endpoints.ts';

/** A bug that a test plants, to see that the matrix finds it. */
export interface Plant {
  readonly ports?: (ports: StorePorts) => StorePorts;
  /** Changes a request on its way. */
  readonly request?: (call: ServiceCall) => ServiceCall;
}

export interface Container {
  invoke(event: unknown, fate?: Fate): Promise<Invocation>;
}

const STORE = 'crash';
const TABLE = `latchkey-${STORE}`;
const SECRET_PREFIX = `latchkey/${STORE}/`;
const QUEUE = `${TABLE}-refresh`;
const DEAD_LETTERS = `${TABLE}-dead-letters`;
const RECOVERY_WINDOW_DAYS = 7;
export const RECOVERY_WINDOW_MS = RECOVERY_WINDOW_DAYS * 86_400_000;
/** Every call takes so long, so that no two things happen at one time. */
const CALL_MS = 15;
/** Of a function's time this is kept for its answer. */
const RESERVE_MS = 500;

const rotating = {
  tokenUrl: `${ROTATING}/token`,
  revocationUrl: `${ROTATING}/revoke`,
  clientAuthentication: 'basic',
  accessTokenSeconds: 3_600,
  minIntervalSeconds: 60,
} as const;

export class CrashWorld {
  readonly clock = new VirtualClock();
  readonly providers = new TokenEndpoints(this.clock);
  readonly aws = new InProcessAws({
    nowMs: () => this.clock.nowMs(),
    queues: [
      { name: DEAD_LETTERS, visibilityTimeoutSeconds: 30 },
      {
        name: QUEUE,
        visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
        redrive: { deadLetterQueue: DEAD_LETTERS, maxReceiveCount: MAX_RECEIVE_COUNT },
      },
    ],
    eventBuses: [STORE],
  });
  readonly #plant: Plant;
  readonly #random = seededRandom(1);
  /** The ports as an onlooker has them: nothing is planted, nothing dies. */
  readonly ports = this.#adapters((call) => this.aws.execute(call));
  /** Called before each call of a container takes effect. */
  onCall: (call: OutgoingCall) => Promise<void> = async () => {};
  #lastId = 0;

  private constructor(plant: Plant) {
    this.#plant = plant;
  }

  static async open(plant: Plant = {}): Promise<CrashWorld> {
    const world = new CrashWorld(plant);
    await world.aws.open();
    await world.ports.clients.dynamoDb.send(new CreateTableCommand(indexTable(TABLE)));
    return world;
  }

  close(): Promise<void> {
    return this.aws.close();
  }

  get table(): string {
    return TABLE;
  }

  get queue(): Queue {
    return this.aws.queue(QUEUE);
  }

  /** A new container of a function: nothing cached, nothing remembered. */
  container(
    name: FunctionName,
    changed: (parts: ContainerParts) => ContainerParts = (parts) => parts,
  ): Container {
    const process = new ContainerProcess({
      clock: this.clock,
      onCall: async (call) => {
        this.clock.advance(CALL_MS);
        await this.onCall(call);
      },
    });
    const handler = FUNCTIONS[name](changed(this.#partsIn(process)));
    const budgetMs = timeoutSeconds(name) * 1000 - RESERVE_MS;
    const fetched = (url: string, init: RequestInit) => {
      const form = new URLSearchParams(String(init.body));
      const label = `provider ${url.includes('revoke') ? 'revoke' : 'refresh'}`;
      return process.send({ label, changes: true }, () => this.providers.answer(url, form));
    };
    return {
      invoke: (event, fate) =>
        process.invoke(
          () =>
            withFetch(fetched, () =>
              (handler as Handler)(event as never, new VirtualDeadline(budgetMs, process.clock)),
            ),
          fate,
        ),
    };
  }

  /** One invocation of a container of its own. */
  invoke(name: FunctionName, event: unknown, fate?: Fate): Promise<Invocation> {
    return this.container(name).invoke(event, fate);
  }

  /** One batch of what waits in the queue, as the event source hands it over. */
  async deliver(fate?: Fate): Promise<Invocation | undefined> {
    const messages = this.queue.receive({ maxMessages: 10 });
    if (messages.length === 0) return undefined;
    const tokenIds = messages.map(({ body }) => (JSON.parse(body) as { tokenId: string }).tokenId);
    const invocation = await this.invoke('refresh-worker', { tokenIds }, fate);
    if (invocation.ended.outcome !== 'answered') return invocation;
    const { failed } = invocation.ended.result as BatchAnswer;
    for (const [at, { receiptHandle }] of messages.entries()) {
      if (!failed.includes(tokenIds[at] ?? '')) this.queue.delete(receiptHandle);
    }
    return invocation;
  }

  readonly newId = (): string => {
    this.#lastId += 1;
    // The last digit is the due index's shard: not one for all of them.
    return `${String(this.#lastId).padStart(31, '0')}${(this.#lastId % 16).toString(16)}`;
  };

  #partsIn(process: ContainerProcess) {
    const { vault, index, clients, ...adapters } = this.#adapters((call) => {
      const sent = this.#plant.request?.(call) ?? call;
      const label = `${call.service} ${call.action}`;
      const changes = changesAnything(call.action);
      return process.send({ label, changes }, () => this.aws.execute(sent));
    });
    const standard = DEFAULT_REFRESH_POLICY;
    const parts = partsOver({
      ...adapters,
      ...(this.#plant.ports?.({ index, vault }) ?? { index, vault }),
      provider: providersFrom(
        { [ROTATING_PROVIDER]: rotating },
        new ZohoProvider({
          dataCentres: ZOHO_DATA_CENTRES,
          defaultDataCentre: { ...ZOHO_DATA_CENTRES.us, accountsUrl: ZOHO },
        }),
      ),
      policies: { standard, ofProvider: { [ROTATING_PROVIDER]: standard } },
      observer: new ObservedCalls(),
      clock: process.clock,
      newId: this.newId,
      random: this.#random,
      recoveryWindowMs: RECOVERY_WINDOW_MS,
    });
    return {
      ...parts,
      queue: new SqsRefreshQueue({ client: clients.sqs, queueUrl: this.aws.queueUrl(QUEUE) }),
      publisher: new EventBridgePublisher({ client: clients.eventBridge, eventBusName: STORE }),
      progress: adapters.progress,
      store: STORE,
    };
  }

  #adapters(send: Send) {
    const clients = awsClients(STORE, send);
    const table = { client: clients.dynamoDb, tableName: TABLE };
    return {
      clients,
      index: new DynamoDbTokenIndex(table),
      due: new DynamoDbDueIndex(table),
      health: new DynamoDbClientHealth(table),
      progress: new DynamoDbHousekeepingProgress(table),
      vault: new SecretsManagerVault({
        client: clients.secretsManager,
        namePrefix: SECRET_PREFIX,
        recoveryWindowDays: RECOVERY_WINDOW_DAYS,
      }),
    };
  }
}
