/** Runs `fresh-process.ts` against a store and reads what it printed. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestStore } from '../../support/test-store.ts';

/** What the process shall look its token up by, and where it shall run. */
export interface FreshProcess {
  readonly zoho: string;
  readonly id?: string;
  readonly userName?: string;
  readonly accessToken?: string;
  readonly cwd?: string;
}

export interface FreshProcessOutcome {
  readonly id?: string;
  readonly accessToken?: string;
  readonly code?: string;
  readonly message?: string;
}

/** Rejects where the process ends with another exit code than 0, an unhandled rejection's too. */
export async function runFreshProcess(
  store: TestStore,
  task: Omit<FreshProcess, 'zoho'>,
): Promise<FreshProcessOutcome> {
  const script = fileURLToPath(new URL('./fresh-process.ts', `file://${__filename}`));
  const argument = JSON.stringify({ zoho: store.zoho.base, ...task });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', script, argument],
    { env: { ...process.env, ...store.environment() } },
  );
  return JSON.parse(stdout);
}
