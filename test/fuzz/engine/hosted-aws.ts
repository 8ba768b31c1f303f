/** The process that the embedded AWS runs in, as long as it is needed. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, 'aws-process.ts');

export interface AwsAddress {
  /** What points an SDK there. */
  readonly environment: Readonly<Record<string, string>>;
  readonly queueUrl: string;
}

export class HostedAws {
  readonly address: AwsAddress;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, address: AwsAddress) {
    this.#process = child;
    this.address = address;
  }

  static async start(): Promise<HostedAws> {
    const child = fork(PROGRAM, { execArgv: ['--import', 'tsx'] });
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`The embedded AWS ended with ${code}.`);
    });
    const [address] = await Promise.race([once(child, 'message'), failed]);
    failed.catch(() => undefined);
    return new HostedAws(child, address as AwsAddress);
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
  }
}
