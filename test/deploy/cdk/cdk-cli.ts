/**
 * The CDK's command line as a person has it: the one in node_modules, on this app. It is told of no
 * AWS but MiniStack, and asks nobody for news. What it printed is kept, a file per run.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { QUIET_SDK } from '../../../local/quiet-sdk.ts';
import { emulatorEnvironment } from '../../emulators/environment.ts';
import { type Outcome, runSilently, tail } from '../../emulators/processes.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CDK = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

export interface CdkCliOptions {
  readonly endpoint: string;
  /** For its logs and what it synthesises. */
  readonly folder: string;
  readonly interrupt: AbortSignal;
}

export class CdkCli {
  readonly #options: CdkCliOptions;
  readonly #environment: NodeJS.ProcessEnv;
  #runs = 0;
  #isBuilt = false;

  constructor(options: CdkCliOptions) {
    this.#options = options;
    // A home of its own: no settings, credentials or context of the person who runs this.
    const home = join(options.folder, 'home');
    mkdirSync(home, { recursive: true });
    this.#environment = {
      ...emulatorEnvironment(),
      ...QUIET_SDK,
      HOME: home,
      USERPROFILE: home,
      AWS_ENDPOINT_URL: options.endpoint,
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NO_COLOR: '1',
      CI: 'true',
    };
  }

  /** `npx cdk …`. @throws Error with its last words where it fails */
  async run(...args: readonly string[]): Promise<void> {
    succeeded(await this.attempt(...args), `cdk ${args[0]}`);
  }

  /** `npx cdk …`, whatever comes of it. */
  attempt(...args: readonly string[]): Promise<Outcome> {
    return this.#run(process.execPath, [CDK, ...args, ...this.#output()], `cdk-${args[0]}`);
  }

  /**
   * `npm run deploy -- …`, as the README says it: it builds the bundles first. The next times
   * nothing has changed that would be built, so what it runs is run without the building.
   */
  async deploy(...args: readonly string[]): Promise<void> {
    const all = ['--require-approval', 'never', ...args];
    if (this.#isBuilt) return this.run('deploy', ...all);
    const npm = ['run', 'deploy', '--', ...all, ...this.#output()];
    succeeded(await this.#run('npm', npm, 'npm-run-deploy'), 'npm run deploy');
    this.#isBuilt = true;
  }

  #output(): string[] {
    return ['--output', join(this.#options.folder, 'cdk.out')];
  }

  async #run(file: string, args: readonly string[], what: string): Promise<Outcome> {
    const { folder, interrupt } = this.#options;
    this.#runs += 1;
    const outcome = await runSilently({ file, args, cwd: ROOT, env: this.#environment }, interrupt);
    const command = `$ ${file} ${args.join(' ')}\n`;
    writeFileSync(join(folder, `${this.#runs}-${what}.log`), command + outcome.output);
    return outcome;
  }
}

function succeeded({ code, output }: Outcome, what: string): void {
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${tail(output)}`);
}
