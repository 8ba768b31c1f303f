/**
 * One container: a worker thread that has loaded a function's bundle and takes one invocation at a
 * time. It knows time-outs and how a container dies; which container takes an invocation is the
 * pool's question.
 */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { WorldClock } from '../clock.ts';
import { LineSplitter } from './line-splitter.ts';

const INIT_TIMEOUT_MS = 10_000;

export interface ContainerOptions {
  readonly functionArn: string;
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly clock: WorldClock;
  readonly onLine: (stream: 'stdout' | 'stderr', text: string) => void;
}

/** What Lambda says of a handler that threw, timed out or died. */
export interface InvocationFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type Outcome =
  | { readonly ok: true; readonly body: string }
  | { readonly ok: false; readonly failure: InvocationFailure };

type Message =
  | { readonly type: 'log'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'ready' }
  | { readonly type: 'initFailed'; readonly failure: InvocationFailure }
  | { readonly type: 'result'; readonly requestId: string; readonly body: string }
  | { readonly type: 'failed'; readonly requestId: string; readonly failure: InvocationFailure };

export class Container {
  /** False once it died, timed out or was ended: it takes no further invocation. */
  alive = true;
  readonly #options: ContainerOptions;
  readonly #worker: Worker;
  readonly #lines: Record<'stdout' | 'stderr', LineSplitter>;
  /** Undefined when the bundle is loaded, or why it could not be. */
  readonly #initialized: Promise<InvocationFailure | undefined>;
  #initDone: (failure: InvocationFailure | undefined) => void = () => {};
  #answer: ((outcome: Outcome) => void) | undefined;

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.#lines = {
      stdout: new LineSplitter((text) => options.onLine('stdout', text)),
      stderr: new LineSplitter((text) => options.onLine('stderr', text)),
    };
    this.#initialized = new Promise((resolve) => {
      this.#initDone = resolve;
    });
    this.#worker = new Worker(new URL('./bootstrap.mjs', import.meta.url), {
      env: { ...options.environment },
      workerData: { bundle: options.bundle, clockOffset: options.clock.sharedOffset },
      // Not the flags of the process that runs us: a loader there has no business in a container.
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMegabytes },
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#worker[stream].on('data', (chunk: Buffer) => {
        this.#lines[stream].push(chunk.toString('utf8'));
      });
    }
    this.#worker.on('message', (message: Message) => this.#receive(message));
    this.#worker.on('error', (error) => {
      for (const line of String(error.stack).split('\n')) options.onLine('stderr', line);
      this.#die({
        errorType: 'Runtime.ExitError',
        errorMessage: `Error: Runtime exited with error: ${error.name}`,
      });
    });
    this.#worker.on('exit', (code) => {
      this.#die({
        errorType: 'Runtime.ExitError',
        errorMessage: `Error: Runtime exited with error: exit status ${code}`,
      });
    });
  }

  /** The caller gives a container one invocation at a time. */
  async invoke(payload: string): Promise<Outcome> {
    const requestId = randomUUID();
    const failed = await this.#initializedInTime();
    if (failed !== undefined) {
      await this.end();
      return { ok: false, failure: failed };
    }
    const { timeoutSeconds, functionArn } = this.#options;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        this.#die({ errorType: 'Sandbox.Timedout', errorMessage });
        void this.end();
      }, timeoutSeconds * 1000);
      this.#answer = (outcome) => {
        clearTimeout(timer);
        this.#answer = undefined;
        this.#flush();
        resolve(outcome);
      };
      const deadlineMs = this.#options.clock.containerNowMs() + timeoutSeconds * 1000;
      this.#worker.postMessage({ requestId, payload, functionArn, deadlineMs });
    });
  }

  /** Ends the thread; an invocation under way fails. */
  async end(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  async #initializedInTime(): Promise<InvocationFailure | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<InvocationFailure>((resolve) => {
      timer = setTimeout(() => {
        resolve({
          errorType: 'Sandbox.Timedout',
          errorMessage: `Error: Init timed out after ${INIT_TIMEOUT_MS / 1000} seconds`,
        });
      }, INIT_TIMEOUT_MS);
    });
    const failure = await Promise.race([this.#initialized, late]);
    clearTimeout(timer);
    return failure;
  }

  #receive(message: Message): void {
    switch (message.type) {
      case 'log':
        this.#lines[message.stream].push(message.text);
        return;
      case 'ready':
        this.#initDone(undefined);
        return;
      case 'initFailed':
        this.#initDone(message.failure);
        return;
      case 'result':
        this.#answer?.({ ok: true, body: message.body });
        return;
      case 'failed':
        this.#answer?.({ ok: false, failure: message.failure });
    }
  }

  #die(failure: InvocationFailure): void {
    this.alive = false;
    this.#flush();
    this.#initDone(failure);
    this.#answer?.({ ok: false, failure });
  }

  #flush(): void {
    this.#lines.stdout.flush();
    this.#lines.stderr.flush();
  }
}
