/**
 * The functions as they are deployed, handlers and all, in this process: an event goes in, and what
 * comes out is the answer or what was thrown, and every line that was printed.
 */
import type { Context } from 'aws-lambda';
import type { FunctionName } from '../../../infra/bundling/bundles.ts';
import { printedBy } from './printed.ts';

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** A bug that a test plants, to see that it is found. */
export type Plant = (name: FunctionName, handler: Handler) => Handler;

export interface Invocation {
  readonly ended: 'answered' | 'threw' | 'hung';
  /** What was answered, or thrown. */
  readonly value: unknown;
  readonly lines: readonly string[];
}

/** By which the widget's function is invoked, and its buttons with it. */
export const WIDGET_ARN =
  'arn:aws:lambda:us-east-1:000000000000:function:latchkey-fuzz-token-widget';
/** More than enough for whatever a function does here. */
const REMAINING_MS = 20_000;
/** Over what a function was given: by then its own deadline has ended it. Only against hangs. */
const GRACE_MS = 20_000;

export class Functions {
  readonly #plant: Plant;
  readonly #graceMs: number;
  readonly #handlers = new Map<FunctionName, Handler>();

  constructor(plant: Plant = (_, handler) => handler, graceMs = GRACE_MS) {
    this.#plant = plant;
    this.#graceMs = graceMs;
  }

  /** @param remainingMs - what the function is told that it has */
  async invoke(
    name: FunctionName,
    event: unknown,
    remainingMs = REMAINING_MS,
  ): Promise<Invocation> {
    const handler = await this.#handler(name);
    const untilMs = Date.now() + remainingMs;
    const context = {
      awsRequestId: '00000000-0000-4000-8000-000000000000',
      invokedFunctionArn: WIDGET_ARN,
      getRemainingTimeInMillis: () => untilMs - Date.now(),
    } as Context;
    const { result, lines } = await printedBy(() =>
      inTime(remainingMs + this.#graceMs, async () => handler(event, context)),
    );
    return { ...result, lines };
  }

  /** It reads its environment when it is loaded. */
  async #handler(name: FunctionName): Promise<Handler> {
    const loaded = this.#handlers.get(name);
    if (loaded !== undefined) return loaded;
    const module = (await import(`../../../lambdas/${name}.ts`)) as { readonly handler: Handler };
    const handler = this.#plant(name, module.handler);
    this.#handlers.set(name, handler);
    return handler;
  }
}

type Ended = Pick<Invocation, 'ended' | 'value'>;

async function inTime(ms: number, run: () => Promise<unknown>): Promise<Ended> {
  const startedMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<Ended>((resolve) => {
    timer = setTimeout(() => resolve({ ended: 'hung', value: undefined }), ms);
  });
  const ended = run().then(
    (value): Ended => ({ ended: 'answered', value }),
    (value: unknown): Ended => ({ ended: 'threw', value }),
  );
  try {
    const first = await Promise.race([ended, hung]);
    // While something computes without end no timer fires.
    return performance.now() - startedMs > ms ? { ended: 'hung', value: undefined } : first;
  } finally {
    clearTimeout(timer);
  }
}
