/**
 * A container of one function in a storm: its SDK clients and its fetch send by a process that may
 * freeze at any call, its clock is wrong, and what it sends takes time and may come to nothing.
 */
import type { Deadline } from '../../../lib/deadline.ts';
import { DEFAULT_REFRESH_TIMINGS } from '../../../lib/token-refresher.ts';
import type { Answer, ServiceCall } from '../../../local/aws/service.ts';
import { ClockedRetries } from '../../crash/engine/clocked-retries.ts';
import { connectionReset, type InProcessAws } from '../../crash/engine/in-process-aws.ts';
import { withFetch } from '../../crash/engine/routed-fetch.ts';
import {
  FUNCTIONS,
  type FunctionName,
  type Handler,
  secondsOf,
} from '../../crash/world/functions.ts';
import {
  containerParts,
  type Plant,
  RESERVE_MS,
  storeAdapters,
} from '../../crash/world/store-services.ts';
import { ROTATING, type TokenEndpoints } from '../../crash/world/token-endpoints.ts';
import type { Chance } from '../../simulation/engine/chance.ts';
import type { EventClock } from '../../simulation/engine/event-clock.ts';
import { type Ended, LambdaProcess } from '../../simulation/engine/lambda-process.ts';
import type { Rotations } from './rotations.ts';
import { CONTAINERS, REQUEST_TIMEOUT_MS } from './storm-settings.ts';
import type { ProviderFault, Weather } from './weather.ts';

/**
 * Those that refresh. A deletion that dies may leave the secret of a token that is restored in
 * deletion until the next day (STORAGE.md, Consistency), and so does not hold at every moment.
 */
const MORTAL: ReadonlySet<FunctionName> = new Set([
  'find-token',
  'find-token-by-id',
  'get-access-token',
  'refresh-worker',
]);

export interface StormContainerOptions {
  readonly clock: EventClock;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly aws: InProcessAws;
  readonly providers: TokenEndpoints;
  readonly rotations: Rotations;
  readonly plant: Plant;
}

export class StormContainer {
  readonly #o: StormContainerOptions;
  readonly #name: FunctionName;
  readonly #process: LambdaProcess;
  readonly #handler: Handler;
  #deadline: Deadline | undefined;
  #letGo: () => void = () => {};
  /**
   * Ends what a dead process waits for. It has no time left, so that nothing comes of it; but the
   * timers of its calls, which are this process's, end too.
   */
  readonly #died = new Promise<never>((_, reject) => {
    this.#letGo = () => reject(named('AbortError'));
  });

  constructor(name: FunctionName, options: StormContainerOptions) {
    const { clock, chance, aws, plant } = options;
    this.#o = options;
    this.#name = name;
    this.#process = new LambdaProcess(clock, chance.fork());
    const { least, most } = CONTAINERS.skewMs;
    const skewMs = chance.whole(least, most);
    const { nowMs, sleep } = this.#process.clock;
    const random = chance.fork().next;
    const remainingMs = () => this.#remainingMs();
    const retryStrategy = new ClockedRetries({ clock: { sleep }, random, remainingMs });
    const parts = containerParts({
      aws,
      adapters: storeAdapters((call) => this.#send(call), { random, retryStrategy }),
      clock: { nowMs: () => nowMs() + skewMs, sleep },
      newId: chance.fork().hexId,
      random,
      plant,
    });
    this.#handler = FUNCTIONS[name](parts);
    // Whoever waits hears of it; mostly nobody does.
    this.#died.catch(() => undefined);
  }

  async invoke(event: unknown): Promise<Ended<unknown>> {
    const timeoutMs = secondsOf(this.#name) * 1_000;
    const fetched = (url: string, init: RequestInit) => this.#fetch(url, init);
    const limits = { timeoutMs, reserveMs: RESERVE_MS };
    const ended = await this.#process.invoke(
      limits,
      this.#o.weather.fate(MORTAL.has(this.#name)),
      (deadline) => {
        this.#deadline = {
          signal: deadline.signal,
          remainingMs: () => (this.isDead ? 0 : deadline.remainingMs()),
          wait: (ms) => deadline.wait(ms),
        };
        const mine = this.#deadline;
        return withFetch(fetched, () => this.#handler(event as never, mine));
      },
    );
    if (ended.outcome === 'died') {
      this.#letGo();
      this.#o.weather.count('dead container');
    }
    if (this.#process.invocation.froze) this.#o.weather.count('frozen container');
    return ended;
  }

  get isDead(): boolean {
    return this.#process.invocation.dead;
  }

  async #send(call: ServiceCall): Promise<Answer> {
    const { aws, plant, clock } = this.#o;
    const sent = plant.request?.(call) ?? call;
    const answer = await this.#travel(() => clock.hold(aws.perform(sent)), REQUEST_TIMEOUT_MS);
    if (answer === 'no-answer') throw named('TimeoutError');
    if (answer === undefined) throw connectionReset();
    return answer;
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const { providers, rotations, weather } = this.#o;
    const { invocation } = this.#process;
    const form = new URLSearchParams(String(init.body));
    // With the answer a rotated refresh token would be lost, whoever had asked for it.
    const rotates = url.startsWith(ROTATING);
    const fault = weather.ofProvider(rotates ? ['lostAnswer'] : []);
    const answer = await this.#travel(async () => {
      const failure = failedResponse(fault);
      return failure ?? providers.answer(url, form);
    }, DEFAULT_REFRESH_TIMINGS.providerTimeoutMs);
    if (answer === 'no-answer' || fault === 'lostAnswer') throw new TypeError('fetch failed');
    const rotated = providers.successorOf(form.get('refresh_token') ?? '');
    if (rotated !== undefined && answer.ok) rotations.come(rotated, invocation);
    return answer;
  }

  /** There, its effect somewhere on the way, and back; or as long as anybody waits. */
  async #travel<Answer>(
    effect: () => Promise<Answer>,
    waitedMs: number,
  ): Promise<Answer | 'no-answer'> {
    const { weather, chance } = this.#o;
    const leftMs = this.#remainingMs();
    if (leftMs <= 0) throw named('AbortError');
    const answerMs = weather.latencyMs();
    const effectMs = chance.of(0.5) ? 1 : answerMs;
    const timeoutMs = Math.min(waitedMs, leftMs);
    const sent = this.#process.send(effect, { effectMs, answerMs, timeoutMs });
    const answer = await Promise.race([sent, this.#died]);
    // By the deadline a call is aborted, and not repeated.
    if (answer === 'no-answer' && leftMs <= waitedMs) throw named('AbortError');
    return answer;
  }

  #remainingMs(): number {
    return this.#deadline?.remainingMs() ?? 0;
  }
}

function failedResponse(fault: ProviderFault | undefined): Response | undefined {
  if (fault === 'throttled') return new Response('', { status: 429 });
  return fault === 'serverError' ? new Response('', { status: 503 }) : undefined;
}

function named(name: string): Error {
  return Object.assign(new Error('No answer in time.'), { name });
}
