/**
 * `npm run test:package`: the package as somebody else's CDK application has it. Packs and installs
 * it, synthesizes TokenStore's own example with the CDK library alone, and runs the functions of
 * that assembly on the embedded AWS.
 */
import '../../local/quiet-sdk.ts';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../../infra/bundling/bundles.ts';
import { runQuietly } from '../emulators/processes.ts';
import { runToExitCode, SETUP_FAILED } from '../emulators/program.ts';
import { CheckFailed, check, orFailed } from './check.ts';
import { documentedExample } from './documented-example.ts';
import { installMore, type PackedApp, packAndInstall } from './packed-app.ts';
import { readmeSnippets } from './readme-snippets.ts';
import { checkFunctions } from './round-trip.ts';

const FAILED = 1;
const BUILD_TOOLS = ['esbuild', 'tsx', 'ts-node', 'typescript', '@swc/core', 'aws-cdk'];
const ONLY_IN_BUNDLES = /^@aws-lambda-powertools\/|^oauth4webapi$|^@aws-sdk\/client-(?!lambda$)/;

const HELP = `Usage: npm run test:package

Packs this package, installs it into an empty application beside the CDK library, synthesizes the
example of TokenStore there, and runs the synthesized functions on the embedded AWS: save, find and
getAccessToken through the installed client. What README.md shows and the examples are compiled there
as they are. Takes a minute, and a registry that npm knows.

Exits with 0 when all of it works, ${FAILED} when something does not, ${SETUP_FAILED} when npm cannot pack or install.
`;

async function run(interrupt: AbortSignal): Promise<number> {
  const temporary = mkdtempSync(join(tmpdir(), 'latchkey-package-'));
  try {
    const app = await packAndInstall(temporary, interrupt);
    checkPackage(app);
    await synthesize(app, interrupt);
    await checkTypes(app, interrupt);
    await checkFunctions(app.folder, interrupt);
    await checkCopies(app, interrupt);
    return 0;
  } catch (error) {
    if (!(error instanceof CheckFailed)) throw error;
    console.error(`not so: ${error.message}`);
    return FAILED;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function checkPackage({ files, bytes, packages }: PackedApp): void {
  const bundles = FUNCTION_NAMES.map((name) => `dist/lambdas/${name}/index.mjs`);
  const kilobytes = Math.round(bytes / 1000);
  check(
    bundles.every((bundle) => files.includes(bundle)),
    `the tarball (${files.length} files, ${kilobytes} KB) holds the bundles of ${bundles.length} functions`,
  );
  const sources = files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  check(
    sources.every((name) => name.startsWith('examples/')),
    'it holds no TypeScript source but the examples',
  );
  const tools = packages.filter((name) => BUILD_TOOLS.includes(name));
  check(tools.length === 0, `no build tool was installed${tools.length === 0 ? '' : `: ${tools}`}`);
  const needless = packages.filter((name) => ONLY_IN_BUNDLES.test(name));
  check(
    needless.length === 0,
    `nor what is only in the bundles${needless.length === 0 ? '' : `: ${needless}`}`,
  );
  console.log(`    installed: ${packages.length} packages`);
}

/** As an ES module and as CommonJS, the way that `cdk init` sets an application up. */
async function synthesize({ folder }: PackedApp, interrupt: AbortSignal): Promise<void> {
  const example = documentedExample();
  writeFileSync(join(folder, 'app.mjs'), example);
  const required = example.replace(/^import (\{.+\}) from ('.+');$/gm, 'const $1 = require($2);');
  writeFileSync(join(folder, 'app.cjs'), required);
  for (const [file, output] of [
    ['app.mjs', 'cdk.out'],
    ['app.cjs', 'cdk.out.cjs'],
  ] as const) {
    const env = { ...process.env, CDK_OUTDIR: join(folder, output) };
    await orFailed(
      runQuietly({ file: process.execPath, args: [file], cwd: folder, env }, interrupt),
      `${file}, the example of TokenStore, synthesizes with the CDK library alone`,
    );
  }
}

async function checkTypes({ folder }: PackedApp, interrupt: AbortSignal): Promise<void> {
  writeFileSync(join(folder, 'app.mts'), documentedExample());
  const compiled = compile(folder, ['app.mts'], {}, interrupt);
  await orFailed(compiled, 'its types are whole, those of the package included');
}

/** What a reader copies: the examples, as the package has them, and what README.md shows. */
async function checkCopies({ folder }: PackedApp, interrupt: AbortSignal): Promise<void> {
  await installMore(folder, ['@zohocrm/typescript-sdk-8.0', '@types/node'], interrupt);
  const examples = join(folder, 'node_modules', 'latchkey', 'examples');
  const names = readdirSync(examples).filter((name) => name.endsWith('.ts'));
  for (const name of names) copyFileSync(join(examples, name), join(folder, name));
  writeFileSync(join(folder, 'readme.ts'), readmeSnippets());
  // Zoho's declarations do not hold under strict.
  const options = { types: ['node'], skipLibCheck: true };
  await orFailed(
    compile(folder, ['readme.ts', ...names], options, interrupt),
    `the TypeScript of README.md and ${names.join(', ')} compile as they are`,
  );
}

function compile(
  folder: string,
  files: readonly string[],
  more: object,
  interrupt: AbortSignal,
): Promise<string> {
  const strict = { strict: true, noEmit: true, module: 'nodenext', target: 'esnext', types: [] };
  const compilerOptions = { ...strict, ...more };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = join(import.meta.dirname, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc');
  return runQuietly({ file: process.execPath, args: [tsc, '-p', '.'], cwd: folder }, interrupt);
}

if (process.argv.includes('--help') || process.argv.includes('-h')) process.stdout.write(HELP);
else process.exitCode = await runToExitCode(run);
