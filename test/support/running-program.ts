/** A program of the project as its own process: its output as it comes, and its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

export class RunningProgram {
  /** Everything it has printed so far. */
  stdout = '';
  stderr = '';
  /**
   * Resolves to the exit code, or the signal that ended it, when its output is closed too: a child
   * of its own that it left behind would keep that open.
   */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  readonly #child: ChildProcess;
  #onOutput: () => void = () => {};

  /**
   * @param script - path from the project's root
   * @param input - what it finds on its standard input; by default there is none
   */
  constructor(
    script: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    input?: string,
  ) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin?.end(input);
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this[stream] += text;
        this.#onOutput();
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve(signal ?? code));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves to the first match in its output; rejects if it ends without one. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      this.#onOutput = () => {
        const match = pattern.exec(this.stdout);
        if (match !== null) resolve(match);
      };
      this.#onOutput();
      void this.ended.then((code) => {
        reject(new Error(`It ended (${code}) without ${pattern}: ${this.stdout}${this.stderr}`));
      });
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
