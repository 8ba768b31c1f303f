/**
 * `npm run test:emulators`: the contract and e2e suites against emulators that others wrote, moto
 * for Secrets Manager, SQS and EventBridge, and DynamoDB Local. Installs, starts, runs Jest, stops, in that order.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { emulatorEnvironment } from './environment.ts';
import { installIamSimulator } from './iam-simulator.ts';
import { installEmulators } from './install.ts';
import { runInTerminal } from './processes.ts';
import { runToExitCode, SETUP_FAILED } from './program.ts';
import { note, step } from './progress.ts';
import { type Endpoints, startEmulators } from './servers.ts';

const project = join(import.meta.dirname, '..', '..');
const root = join(project, '.emulators');
/**
 * Jest's patterns. The demo and the local server bring their own AWS and would prove nothing here,
 * nor would alarms, runbook and secrets, which look at what is printed and thrown; the last put an
 * AWS of their own in between. Verdicts are of hours in which the provider errs, not AWS.
 */
const DEFAULT_SUITES = [
  'test/contract',
  'test/e2e/(?!demo|local-server|refresh-verdicts|alarms/|runbook/|secrets/)',
  'test/infra/reach',
];

const HELP = `Usage: npm run test:emulators -- [Jest's arguments]

Runs test/contract and test/e2e against moto (Secrets Manager; in test/contract SQS and EventBridge
too) and DynamoDB Local. Needs node, python3 (3.10 or newer) and java (8 or newer). The first run
installs both into .emulators/, pinned and checked by hash: 31 MB of Python packages and 54 MB of
DynamoDB Local, which is under AWS's own licence; and 1 MB of iam-simulate, under the AGPL, which
judges permissions besides our own evaluation. Logs are .emulators/*.log. Removing .emulators/
undoes everything.

  npm run test:emulators -- test/contract/ports     that instead of the default suites
  npm run test:emulators -- -t 'a test name'        the default suites with an option of Jest's

Jest runs with
  AWS_ENDPOINT_URL_{SECRETS_MANAGER,SQS,EVENTBRIDGE,DYNAMODB}, AWS_REGION=us-east-1,
  dummy credentials and LATCHKEY_EMULATORS=moto+dynamodb-local

Exits with Jest's code; with ${SETUP_FAILED} when the emulators could not be installed or started.
`;

function jestEnvironment(endpoints: Endpoints): NodeJS.ProcessEnv {
  return {
    ...emulatorEnvironment(),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.moto,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.moto,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.moto,
    LATCHKEY_EMULATORS: 'moto+dynamodb-local',
  };
}

/** Arguments that begin with a path or pattern choose the suites; options alone leave the default. */
function jestArguments(given: readonly string[]): string[] {
  const choosesSuites = given[0] !== undefined && !given[0].startsWith('-');
  return choosesSuites ? [...given] : [...DEFAULT_SUITES, ...given];
}

async function run(given: readonly string[], interrupt: AbortSignal): Promise<number> {
  mkdirSync(root, { recursive: true });
  const installed = await installEmulators(root, interrupt);
  const iamSimulator = await installIamSimulator(root, interrupt);
  const running = await step('starting moto and DynamoDB Local', 'both answer', () =>
    startEmulators(root, installed, interrupt),
  );
  try {
    const { moto, dynamodb } = running.endpoints;
    note(`Secrets Manager, SQS, EventBridge ${moto}, DynamoDB ${dynamodb}`);
    const jest = join(project, 'node_modules', 'jest', 'bin', 'jest.js');
    const args = [jest, ...jestArguments(given)];
    const env = {
      ...jestEnvironment(running.endpoints),
      LATCHKEY_IAM_SIMULATOR: iamSimulator,
    };
    return await runInTerminal({ file: process.execPath, args, cwd: project, env }, interrupt);
  } finally {
    await running.stop();
    note('both are stopped');
  }
}

const given = process.argv.slice(2);
if (given.includes('--help') || given.includes('-h')) process.stdout.write(HELP);
else process.exitCode = await runToExitCode((interrupt) => run(given, interrupt));
