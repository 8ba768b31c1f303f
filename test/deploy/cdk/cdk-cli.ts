/** The CDK's command line, the one in node_modules, on this app. It asks nobody for news. */
import { join } from 'node:path';
import type { Outcome } from '../../emulators/processes.ts';
import { type CommandLine, PROJECT } from '../command-line.ts';

const CDK = join(PROJECT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

export class CdkCli {
  readonly #commands: CommandLine;

  constructor(commands: CommandLine) {
    this.#commands = commands;
  }

  /** `npx cdk …`. @throws Error with its last words where it fails */
  async run(...args: readonly string[]): Promise<void> {
    await this.#commands.run(`cdk-${args[0]}`, process.execPath, [CDK, ...args, ...this.#output()]);
  }

  /** `npx cdk …`, whatever comes of it. */
  attempt(...args: readonly string[]): Promise<Outcome> {
    const all = [CDK, ...args, ...this.#output()];
    return this.#commands.attempt(`cdk-${args[0]}`, process.execPath, all);
  }

  /** `npm run deploy -- …`, as the README says it. @throws Error with its last words where it fails */
  async deploy(...args: readonly string[]): Promise<void> {
    const all = ['run', 'deploy', '--', '--require-approval', 'never', ...args, ...this.#output()];
    await this.#commands.run('npm-run-deploy', 'npm', all);
  }

  #output(): string[] {
    return ['--output', join(this.#commands.folder, 'cdk.out')];
  }
}
