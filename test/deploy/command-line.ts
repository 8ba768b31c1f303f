/**
 * Commands as a person types them in the project's folder, with MiniStack for AWS. What they print
 * is kept, a file per command, in the order in which they ran.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { QUIET_SDK } from '../../local/quiet-sdk.ts';
import { emulatorEnvironment } from '../emulators/environment.ts';
import { type Outcome, runSilently, tail } from '../emulators/processes.ts';

export const PROJECT = join(import.meta.dirname, '..', '..');

export interface CommandLineOptions {
  /** Where every AWS service answers. */
  readonly endpoint: string;
  /** For the logs. */
  readonly folder: string;
  readonly interrupt: AbortSignal;
}

export class CommandLine {
  readonly folder: string;
  readonly #interrupt: AbortSignal;
  readonly #environment: NodeJS.ProcessEnv;
  #commands = 0;

  constructor({ endpoint, folder, interrupt }: CommandLineOptions) {
    this.folder = folder;
    this.#interrupt = interrupt;
    // A home of its own: no settings, credentials or context of the person who runs this.
    const home = join(folder, 'home');
    mkdirSync(home, { recursive: true });
    this.#environment = {
      ...emulatorEnvironment(),
      ...QUIET_SDK,
      HOME: home,
      USERPROFILE: home,
      AWS_ENDPOINT_URL: endpoint,
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NO_COLOR: '1',
      CI: 'true',
    };
  }

  /** Runs it to its end, whatever comes of it. @param what - names its log */
  async attempt(what: string, file: string, args: readonly string[]): Promise<Outcome> {
    this.#commands += 1;
    const command = { file, args, cwd: PROJECT, env: this.#environment };
    const outcome = await runSilently(command, this.#interrupt);
    const log = `$ ${file} ${args.join(' ')}\n${outcome.output}`;
    writeFileSync(join(this.folder, `${this.#commands}-${what}.log`), log);
    return outcome;
  }

  /** @returns what it printed; throws Error with its last words where it fails */
  async run(what: string, file: string, args: readonly string[]): Promise<string> {
    const { code, output } = await this.attempt(what, file, args);
    if (code === 0) return output;
    throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${tail(output)}`);
  }
}
