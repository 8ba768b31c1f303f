/**
 * `npm run lint:infra`: cdk-nag and cfn-lint over the stacks that this app makes. Every finding is
 * mended or acknowledged with its reason; every acknowledgement is of something that is found.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundles } from '../../infra/bundling/build-bundles.ts';
import { runToExitCode, SETUP_FAILED } from '../emulators/program.ts';
import { cfnLint } from './cfn-lint.ts';
import { type Finding, nag } from './nag.ts';
import { appOf, VARIANTS } from './variants.ts';

const FOUND = 1;

const HELP = `Usage: npm run lint:infra

Synthesizes the stack for every kind of deployment (${VARIANTS.map(({ name }) => name).join(', ')})
and checks it with cdk-nag (packs AwsSolutions and Serverless) and cfn-lint. Needs python3 (3.10 or
newer): the first run installs cfn-lint into .emulators/, pinned and checked by hash.

A finding is mended, or acknowledged by its full id and with the reason in
infra/acknowledged-findings.ts (cdk-nag) or test/infra-lint/cfn-lint.ts. One that is not, and an
acknowledgement of what is not found, fail the run.

Exits with 0 when nothing is left unexplained, ${FOUND} when something is, ${SETUP_FAILED} when cfn-lint cannot be installed.
`;

function report(what: string, findings: readonly Finding[]): void {
  for (const { id, path, text } of findings) console.error(`${what}: ${id}\n  ${path}\n  ${text}`);
}

async function run(interrupt: AbortSignal): Promise<number> {
  const root = join(import.meta.dirname, '..', '..', '.emulators');
  mkdirSync(root, { recursive: true });
  await buildBundles();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-lint-'));
  try {
    const folders: string[] = [];
    let left = 0;
    for (const variant of VARIANTS) {
      const app = appOf(variant, folder);
      const { unexplained, unused, explained } = nag(app);
      report(`cdk-nag, ${variant.name}`, unexplained);
      report(`cdk-nag, ${variant.name}: acknowledged, but not found`, unused);
      const [findings, acknowledged] = [unexplained.length, explained.length];
      console.log(`cdk-nag   ${variant.name}: ${findings} findings, ${acknowledged} acknowledged`);
      left += findings + unused.length;
      folders.push(app.outdir);
    }
    const { unexplained, unused } = await cfnLint(root, folders, interrupt);
    report('cfn-lint', unexplained);
    report('cfn-lint: acknowledged, but not found', unused);
    console.log(`cfn-lint  ${folders.length} assemblies: ${unexplained.length} findings`);
    return left + unexplained.length + unused.length === 0 ? 0 : FOUND;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv.includes('--help') || process.argv.includes('-h')) process.stdout.write(HELP);
else process.exitCode = await runToExitCode(run);
