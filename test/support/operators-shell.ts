/** A shell as an operator has it: bash, `aws` and the environment that the runbook asks for. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { LocalDeployment } from '../../local/deployment.ts';

export interface ShellRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class OperatorsShell {
  readonly #folder = mkdtempSync(join(tmpdir(), 'latchkey-operator-'));
  readonly #environment: NodeJS.ProcessEnv;

  constructor({ aws, settings }: Pick<LocalDeployment, 'aws' | 'settings'>) {
    const loader = createRequire(import.meta.url).resolve('tsx');
    const program = join(import.meta.dirname, 'aws-cli.ts');
    const script = `#!/bin/sh\nexec "${process.execPath}" --import "${loader}" "${program}" "$@"\n`;
    writeFileSync(join(this.#folder, 'aws'), script, { mode: 0o755 });
    this.#environment = {
      ...process.env,
      ...aws.environment(),
      AWS_ACCESS_KEY_ID: 'operator',
      STORE: settings.store,
      PATH: [this.#folder, process.env['PATH']].join(delimiter),
    };
  }

  run(code: string): Promise<ShellRun> {
    const child = spawn('bash', ['-c', code], {
      cwd: this.#folder,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        printed[stream] += text;
      });
    }
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ code: exitCode, ...printed }));
    });
  }

  /** A file that a command left. */
  read(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8');
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
