/**
 * Stops a store's functions and lets them go again, by their reserved concurrency: of zero, nobody
 * gets through to them, neither callers nor schedules nor queues. It outlives no deployment's
 * settings: the stack sets none.
 */
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  type LambdaClient,
  PutFunctionConcurrencyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { BACKGROUND_FUNCTIONS, FUNCTION_NAMES } from '../infra/bundling/bundles.ts';
import { functionName } from '../infra/resource-names.ts';
import { callAws, withoutPayload } from '../lib/aws-failure.ts';
import { systemClock } from '../lib/clock.ts';
import { deadlineIn } from '../lib/deadline.ts';

const CALL_MS = 30_000;

/** What runs by itself, or everything. */
export type Scope = 'background' | 'all';

export type FunctionState = 'stopped' | 'running' | 'missing';

export class FunctionStop {
  readonly #client: LambdaClient;
  readonly #store: string;

  constructor(client: LambdaClient, store: string) {
    this.#client = client;
    this.#store = store;
  }

  async stop(scope: Scope): Promise<ReadonlyMap<string, FunctionState>> {
    return this.#each(scope, async (FunctionName) => {
      const command = new PutFunctionConcurrencyCommand({
        FunctionName,
        ReservedConcurrentExecutions: 0,
      });
      await this.#call((options) => this.#client.send(command, options));
      return 'stopped';
    });
  }

  async letGo(): Promise<ReadonlyMap<string, FunctionState>> {
    return this.#each('all', async (FunctionName) => {
      const command = new DeleteFunctionConcurrencyCommand({ FunctionName });
      await this.#call((options) => this.#client.send(command, options));
      return 'running';
    });
  }

  async states(): Promise<ReadonlyMap<string, FunctionState>> {
    return this.#each('all', async (FunctionName) => {
      const command = new GetFunctionConcurrencyCommand({ FunctionName });
      const { ReservedConcurrentExecutions: reserved } = await this.#call((options) =>
        this.#client.send(command, options),
      );
      return reserved === 0 ? 'stopped' : 'running';
    });
  }

  async #each(
    scope: Scope,
    act: (name: string) => Promise<FunctionState>,
  ): Promise<ReadonlyMap<string, FunctionState>> {
    const names = scope === 'all' ? FUNCTION_NAMES : BACKGROUND_FUNCTIONS;
    const states = new Map<string, FunctionState>();
    for (const name of names) {
      const full = functionName({ store: this.#store }, name);
      try {
        states.set(full, await act(full));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw withoutPayload(error);
        states.set(full, 'missing');
      }
    }
    return states;
  }

  #call<Output>(run: Parameters<typeof callAws<Output>>[0]): Promise<Output> {
    return callAws(run, deadlineIn(CALL_MS, systemClock), [ResourceNotFoundException]);
  }
}
