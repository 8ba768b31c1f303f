/**
 * One store on services of its own, the containers of its functions, and the time they share. Every
 * container is a process that can be told to die; ids and chance are the same in every run, so that
 * a run with a death is up to it the run without.
 */
import type { ServiceCall } from '../../../local/aws/service.ts';
import type { Queue } from '../../../local/aws/sqs/queue.ts';
import { VirtualDeadline } from '../../simulation/engine/virtual-deadline.ts';
import { seededRandom } from '../../support/core/seeded-random.ts';
import { VirtualClock } from '../../support/core/virtual-clock.ts';
import { ClockedRetries } from '../engine/clocked-retries.ts';
import { ContainerProcess, type Invocation } from '../engine/container-process.ts';
import { connectionReset } from '../engine/in-process-aws.ts';
import { CALL_MS, changesAnything, type Fate, type OutgoingCall } from '../engine/outgoing-call.ts';
import { withFetch } from '../engine/routed-fetch.ts';
import {
  type BatchAnswer,
  type ContainerParts,
  FUNCTIONS,
  type FunctionName,
  type Handler,
  secondsOf,
} from './functions.ts';
import {
  containerParts,
  openStore,
  type Plant,
  RESERVE_MS,
  refreshQueueOf,
  storeAdapters,
  storeServices,
  TABLE,
} from './store-services.ts';
import { TokenEndpoints } from './token-endpoints.ts';

export interface Container {
  invoke(event: unknown, fate?: Fate): Promise<Invocation>;
}

export class CrashWorld {
  readonly clock = new VirtualClock();
  readonly providers = new TokenEndpoints(this.clock);
  readonly aws = storeServices(() => this.clock.nowMs());
  readonly #plant: Plant;
  readonly #random = seededRandom(1);
  /** The ports as an onlooker has them: nothing is planted, nothing dies. */
  readonly ports = storeAdapters((call) => this.aws.execute(call));
  /** Called before each call of a container takes effect. */
  onCall: (call: OutgoingCall) => Promise<void> = async () => {};
  #lastId = 0;

  private constructor(plant: Plant) {
    this.#plant = plant;
  }

  static async open(plant: Plant = {}): Promise<CrashWorld> {
    const world = new CrashWorld(plant);
    await openStore(world.aws, world.ports);
    return world;
  }

  close(): Promise<void> {
    return this.aws.close();
  }

  get table(): string {
    return TABLE;
  }

  get queue(): Queue {
    return refreshQueueOf(this.aws);
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
    const budgetMs = secondsOf(name) * 1000 - RESERVE_MS;
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

  #partsIn(process: ContainerProcess): ContainerParts {
    const adapters = storeAdapters((call) => {
      const sent = this.#plant.request?.(call) ?? call;
      const label = `${call.service} ${call.action}`;
      const changes = changesAnything(call.action);
      return process.send({ label, changes }, () => this.#arrives(sent));
    }, this.#retriesIn(process));
    return containerParts({
      aws: this.aws,
      adapters,
      clock: process.clock,
      newId: this.newId,
      random: this.#random,
      plant: this.#plant,
    });
  }

  #retriesIn({ clock }: ContainerProcess) {
    const remainingMs = () => Number.POSITIVE_INFINITY;
    return { retryStrategy: new ClockedRetries({ clock, random: this.#random, remainingMs }) };
  }

  /** Where the services' faults strike it. */
  async #arrives(call: ServiceCall) {
    const answer = await this.aws.perform(call);
    if (answer === undefined) throw connectionReset();
    return answer;
  }
}
