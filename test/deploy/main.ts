/**
 * `npm run test:deploy`: the CDK app really deployed, on MiniStack, an emulator of AWS that knows
 * CloudFormation. Installs, starts, deploys, uses, upgrades, destroys, stops, in that order.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { startFakeZoho } from '../../local/zoho/fake-zoho-server.ts';
import { tail } from '../emulators/processes.ts';
import { runToExitCode, SETUP_FAILED } from '../emulators/program.ts';
import { note, step } from '../emulators/progress.ts';
import { installMiniStack } from './ministack/install.ts';
import { startMiniStack } from './ministack/server.ts';
import { rehearsal } from './rehearsal.ts';
import { Report } from './report.ts';
import { runSteps } from './step.ts';

const project = join(import.meta.dirname, '..', '..');
const root = join(project, '.emulators');
const folder = join(root, 'deploy');

const HELP = `Usage: npm run test:deploy

Bootstraps an account and deploys this app with the CDK's command line, on MiniStack: an emulator
of AWS with CloudFormation, Lambda and EventBridge Scheduler. Then it works with the deployed
functions as an application does: the operations, a refresh by the schedule, dead letters, an
upgrade, a second store, destroying both. It prints what it did and how long that took; the wait
for the schedule takes longest, a minute.

Needs node and python3 (3.10 or newer), and no AWS account, Docker or Java. The first run installs
MiniStack into .emulators/ministack, pinned and checked by hash (22 MB); after that it needs no
network. Everything listens on the loopback address, on free ports. Logs of the last run, the
functions' too, are in .emulators/deploy/.

Exits with 0 when all steps passed, 1 when one failed, ${SETUP_FAILED} when MiniStack could not be installed or
started.
`;

async function run(interrupt: AbortSignal): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const startedMs = performance.now();
  const python = await installMiniStack(root, interrupt);
  const aws = await step('starting MiniStack', 'MiniStack answers', () =>
    startMiniStack(python, folder, interrupt),
  );
  const zoho = await startFakeZoho();
  try {
    note(`MiniStack ${aws.url}, a fake Zoho ${zoho.base}, logs in ${relative('.', folder)}`);
    const report = new Report();
    const { steps, close } = rehearsal({ aws, zoho, folder, interrupt });
    const results = await runSteps(steps, report, interrupt).finally(close);
    report.summary(results, (performance.now() - startedMs) / 1000);
    const passed = results.every(({ outcome }) => outcome === 'passed');
    if (!passed)
      console.log(`\nThe end of ${aws.logFile}:\n${tail(readFileSync(aws.logFile, 'utf8'))}`);
    return passed ? 0 : 1;
  } finally {
    await Promise.all([aws.stop(), zoho.close()]);
    note('MiniStack is stopped');
  }
}

const given = process.argv.slice(2);
if (given.includes('--help') || given.includes('-h')) process.stdout.write(HELP);
else process.exitCode = await runToExitCode(run);
