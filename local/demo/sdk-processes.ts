/**
 * Fresh processes with the Zoho SDK: each is given one task and ends with it. The SDK takes a
 * second to load, so the next process is started while the story goes on.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome, SdkTaskName, SdkTasks } from './sdk-task.ts';

type Reply = { readonly outcome: Outcome } | { readonly failed: string };

export interface SdkProcessesOptions {
  /** The bundle of sdk-process.ts. */
  readonly program: string;
  /** What the processes have in their environment besides PATH and the like. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the SDK may leave files. */
  readonly directory: string;
  /** How far the story's time is ahead of real time. Milliseconds. */
  readonly aheadMs: () => number;
}

export class SdkProcesses {
  readonly #options: SdkProcessesOptions;
  readonly #running = new Set<ChildProcess>();
  #spare: ChildProcess | undefined;
  #closed = false;

  constructor(options: SdkProcessesOptions) {
    this.#options = options;
    this.#spare = this.#start();
  }

  /** Performs one task in a process that has done nothing before. */
  async run<Name extends SdkTaskName>(task: Name, input: SdkTasks[Name]): Promise<Outcome> {
    if (this.#closed) throw new Error('No process is started any more.');
    const child = this.#spare ?? this.#start();
    this.#spare = this.#start();
    const reply = new Promise<Reply>((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`The SDK's process ended without an answer: ${signal ?? code}.`));
      });
    });
    child.send({ task, input, aheadMs: this.#options.aheadMs() });
    const answer = await reply;
    if ('failed' in answer) throw new Error(`The SDK's process met a ${answer.failed}.`);
    return answer.outcome;
  }

  /** Resolves when no process is left. */
  async close(): Promise<void> {
    this.#closed = true;
    const ended = [...this.#running].map((child) => once(child, 'exit'));
    for (const child of this.#running) child.kill('SIGKILL');
    await Promise.all(ended);
  }

  #start(): ChildProcess {
    const child = fork(this.#options.program, {
      cwd: this.#options.directory,
      env: { ...inherited(), ...this.#options.environment, NODE_NO_WARNINGS: '1' },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }
}

/** Our environment without what the developer has configured of AWS: it is nothing to the demo. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_/.test(name)));
}
